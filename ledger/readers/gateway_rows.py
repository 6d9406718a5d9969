"""What the two LiteLLM exports have in common: tokens that overlap, and money the gateway says."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.amounts import parse_amounts
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Fields
from ledger.readers.providers import gateway_providers

__all__ = ["GATEWAY_COLUMNS", "GATEWAY_SENSITIVE", "SOURCE", "gateway_columns"]

#: Both exports are the word of one system.
SOURCE = "litellm"
#: Columns both exports have (the cached tokens only in newer versions).
GATEWAY_COLUMNS = frozenset(
    {
        "team_id",
        "api_key",
        "model",
        "custom_llm_provider",
        "prompt_tokens",
        "completion_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "spend",
    }
)
#: Never shown in an error.
GATEWAY_SENSITIVE = frozenset({"api_key", "team_id"})

_CURRENCY = "USD"  # LiteLLM's price list knows no other


def gateway_columns(fields: Fields) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Canonical columns that do not depend on the grain of the export, and notes on them.

    LiteLLM's `prompt_tokens` include cached ones, of Anthropic's models too, therefore
    uncached = prompt - cache read - cache creation. Raises BadInput where that is negative.
    """
    spend = parse_amounts(fields["spend"].required())
    read = parse_counts(fields["cache_read_input_tokens"])
    written = parse_counts(fields["cache_creation_input_tokens"])
    columns = {
        "source": SOURCE,
        "account": SOURCE,
        "meter": "tokens",
        "provider": gateway_providers(fields.text("custom_llm_provider")),
        "charge_category": "usage",
        "is_correction": False,
        "currency": _CURRENCY,
        "cost_origin": "gateway",
        "raw_model": fields.text("model"),
        "project": fields.text("team_id"),
        "actor": fields.text("api_key"),
        "input_tokens_uncached": _uncached(fields, read, written),
        "input_tokens_cache_read": read,
        "input_tokens_cache_write_5m": written,
        "output_tokens": parse_counts(fields["completion_tokens"]),
        "billed_cost": spend.values,
        "effective_cost": spend.values,
    }
    return columns, spend.note("spend")


def _uncached(fields: Fields, read: Column, written: Column) -> Column:
    zero = pa.scalar(0, pa.int64())
    prompt = parse_counts(fields["prompt_tokens"])
    cached: Column = pc.add(read.fill_null(zero), written.fill_null(zero))
    uncached: Column = pc.subtract(prompt, cached)
    fields["prompt_tokens"].refuse_where(
        pc.less(uncached, zero), "at least the tokens read from and written to the cache"
    )
    return uncached
