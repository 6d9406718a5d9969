"""What Anthropic's usage and cost reports have in common: buckets, workspaces, tiers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ledger.readers.instants import parse_instants
from ledger.readers.report_buckets import Buckets, buckets_of_report
from ledger.readers.report_results import Results

__all__ = ["ANTHROPIC_COLUMNS", "PROVIDER", "anthropic_buckets", "anthropic_labels"]

PROVIDER = "anthropic"
#: Columns that both reports have.
ANTHROPIC_COLUMNS = frozenset(
    {
        "starting_at",
        "ending_at",
        "page.has_more",
        "results.workspace_id",
        "results.model",
        "results.service_tier",
        "results.context_window",
        "results.inference_geo",
        "results.speed",
    }
)

# Anthropic's windows -> the ledger's; what is not listed stays as delivered.
_WINDOWS = {"0-200k": "default", "200k-1m": "long"}


def anthropic_buckets(results: Results) -> Buckets:
    """Periods of the rows; raises BadInput."""
    start, end = (results.fields[name].required() for name in ("starting_at", "ending_at"))
    return buckets_of_report(start, parse_instants(start).values, parse_instants(end).values)


def anthropic_labels(results: Results) -> dict[str, Any]:
    """Canonical labels that both reports fill in the same way."""
    workspace = results.text("results.workspace_id")
    window = results.fields["results.context_window"].map_distinct(
        lambda text: _WINDOWS.get(text.lower(), text), pa.string(), wanted="a window"
    )
    return {
        "provider": PROVIDER,
        "charge_category": "usage",
        "is_correction": False,
        "raw_model": results.text("results.model"),
        "sub_account": workspace,
        "project": workspace,
        "service_tier": results.text("results.service_tier"),
        "context_tier": window,
        "region": results.text("results.inference_geo"),
    }
