"""Names of providers to the values OpenTelemetry uses, so that sources can be compared."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.encoded import is_encoded, plain, recode
from ledger.readers.fields import Column

__all__ = ["UNKNOWN", "bill_providers", "gateway_providers", "telemetry_providers"]

#: Provider of a row that names none.
UNKNOWN = "unknown"

# LiteLLM's `custom_llm_provider` -> `gen_ai.provider.name` of the OpenTelemetry semantic
# conventions for generative AI, v1.41.0. What is not listed has the same name in both, or none
# there, and stays as delivered.
_OF_GATEWAY = {
    "azure": "azure.ai.openai",
    "azure_text": "azure.ai.openai",
    "azure_ai": "azure.ai.inference",
    "bedrock": "aws.bedrock",
    "bedrock_converse": "aws.bedrock",
    "cohere_chat": "cohere",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "text-completion-openai": "openai",
    "vertex_ai": "gcp.vertex_ai",
    "vertex_ai_beta": "gcp.vertex_ai",
    "watsonx": "ibm.watsonx.ai",
    "watsonx_text": "ibm.watsonx.ai",
    "xai": "x_ai",
}
# Values of `gen_ai.system`, which came before `gen_ai.provider.name`.
_OF_TELEMETRY = {
    "az.ai.inference": "azure.ai.inference",
    "az.ai.openai": "azure.ai.openai",
    "gemini": "gcp.gemini",
    "vertex_ai": "gcp.vertex_ai",
    "xai": "x_ai",
}
# Clouds sign their FOCUS exports with different names in different countries and versions.
_OF_BILL = {
    "amazon web services": "aws",
    "amazon web services, inc.": "aws",
    "microsoft azure": "microsoft",
    "google cloud platform": "google cloud",
}


def gateway_providers(names: Column) -> Column:
    """OpenTelemetry value of each LiteLLM provider name; lower case, `unknown` for none."""
    return _renamed(names, _OF_GATEWAY)


def telemetry_providers(names: Column) -> Column:
    """Today's OpenTelemetry value of each name; lower case, `unknown` for none."""
    return _renamed(names, _OF_TELEMETRY)


def bill_providers(names: Column) -> Column:
    """Provider of each name on a bill; lower case, `unknown` for none."""
    return _renamed(names, _OF_BILL)


def _renamed(names: Column, table: dict[str, str]) -> Column:
    if is_encoded(names) and not names.null_count:
        return recode(names, _renamed(names.dictionary, table))
    names = plain(names)
    lower = pc.utf8_lower(names)
    known = pc.index_in(lower, value_set=pa.array(list(table), pa.string()))
    renamed = pc.take(pa.array(list(table.values()), pa.string()), known)
    column: Column = pc.coalesce(renamed, lower, pa.repeat(UNKNOWN, len(names)))
    return column
