"""Anthropic's `/v1/organizations/usage_report/messages`: tokens of an hour or day, without money.

Its token classes exclude each other as delivered. It does not count requests.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.anthropic_report import (
    ANTHROPIC_COLUMNS,
    PROVIDER,
    anthropic_buckets,
    anthropic_labels,
)
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Fields
from ledger.readers.report_account import stated_account, unnamed_account
from ledger.readers.report_notes import more_pages, without_model
from ledger.readers.report_results import Results, results_of
from ledger.schema import MONEY

__all__ = ["READER", "AnthropicUsage"]

_SEARCHES = "results.server_tool_use.web_search_requests"
#: Canonical column -> the report's.
_TOKENS = {
    "input_tokens_uncached": "results.uncached_input_tokens",
    "input_tokens_cache_read": "results.cache_read_input_tokens",
    "input_tokens_cache_write_5m": "results.cache_creation.ephemeral_5m_input_tokens",
    "input_tokens_cache_write_1h": "results.cache_creation.ephemeral_1h_input_tokens",
    "output_tokens": "results.output_tokens",
}
_ACTORS = ("results.api_key_id", "results.service_account_id", "results.account_id")
#: What the report can be grouped by.
_GROUPS = tuple(sorted(name for name in ANTHROPIC_COLUMNS if name.startswith("results."))) + _ACTORS


class AnthropicUsage:
    """Reader of the usage report of messages; every delivery says its days anew."""

    name = "anthropic_usage"
    source = "anthropic_usage"
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    required = frozenset(
        {
            "starting_at",
            "ending_at",
            "results.uncached_input_tokens",
            "results.cache_read_input_tokens",
            "results.output_tokens",
        }
    )
    columns = required | ANTHROPIC_COLUMNS | {*_TOKENS.values(), *_ACTORS, _SEARCHES}

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per result; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive=_ACTORS)
        results = results_of(fields, "results.")
        for name in sorted(self.required):
            results.required(name)
        buckets = anthropic_buckets(results)
        results.refuse_repeats(buckets.columns["period_start"], _GROUPS)
        stated = stated_account(fields.file)
        account = stated or PROVIDER
        return results.reading(
            anthropic_labels(results)
            | buckets.columns
            | {name: parse_counts(fields[column]) for name, column in _TOKENS.items()}
            | _searches(results)
            | {
                "source": self.source,
                "account": account,
                "meter": "tokens",
                # No money here; what a view puts in its place, it computes from prices.
                "currency": "USD",
                "cost_origin": "computed",
                "actor": pc.coalesce(*(results.text(name) for name in _ACTORS)),
            },
            covers=buckets.covers,
            extent=frozenset({account}) if stated else None,
            notes=buckets.notes
            + without_model(results, "results.model")
            + _dearer(results)
            + (() if stated else unnamed_account(account))
            + more_pages(fields),
        )


def _searches(results: Results) -> dict[str, Column]:
    """Web searches that the model made, a quantity beside its tokens."""
    searches = parse_counts(results.fields[_SEARCHES])
    some = pc.fill_null(pc.greater(searches, pa.scalar(0, pa.int64())), pa.scalar(False))
    return {
        "consumed_quantity": pc.if_else(some, searches, pa.scalar(None, pa.int64())).cast(MONEY),
        "consumed_unit": pc.if_else(some, pa.scalar("Searches"), pa.scalar(None, pa.string())),
    }


def _dearer(results: Results) -> tuple[str, ...]:
    """Counts results whose price is another than their row can say."""
    notes: tuple[str, ...] = ()
    fast = results.holding("results.speed", "fast")
    if fast:
        notes += (f"{fast:,} results in fast mode count like others, though their price differs",)
    priority = results.holding("results.service_tier", "priority")
    if priority:
        notes += (f"{priority:,} results of the priority tier are not in Anthropic's cost report",)
    return notes


READER = AnthropicUsage()
