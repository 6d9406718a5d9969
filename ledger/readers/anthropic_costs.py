"""Anthropic's `/v1/organizations/cost_report`: the money of a UTC day, in cents.

It has no tokens: those are in the usage report, a source of its own. The two are two measurements
of one thing and are joined by a basis rule, never added. Costs of the priority tier are not in it.
"""

from __future__ import annotations

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
from ledger.readers.fields import Fields
from ledger.readers.minor_units import parse_hundredths
from ledger.readers.report_account import stated_account, unnamed_account
from ledger.readers.report_notes import more_pages
from ledger.readers.report_results import Results, results_of
from ledger.readers.vocabulary import one_of

__all__ = ["READER", "AnthropicCosts"]

_AMOUNT, _CURRENCY = "results.amount", "results.currency"
_TYPE, _CLASS = "results.cost_type", "results.token_type"
_DESCRIPTION = "results.description"
#: What the report can be grouped by, and what else tells two results of a day apart.
_GROUPS = (
    *sorted(name for name in ANTHROPIC_COLUMNS if name.startswith("results.")),
    _DESCRIPTION,
    _TYPE,
    _CLASS,
)


class AnthropicCosts:
    """Reader of the cost report; every delivery says its days anew."""

    name = "anthropic_costs"
    source = "anthropic_costs"
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    required = frozenset({"starting_at", "ending_at", _AMOUNT, _CURRENCY})
    columns = required | ANTHROPIC_COLUMNS | {_TYPE, _CLASS, _DESCRIPTION}

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per result; raises BadInput."""
        fields = Fields(raw, self.columns)
        results = results_of(fields, "results.")
        # The amount is in the lowest unit of the currency, which is a hundredth of a dollar.
        one_of(results.filled(_CURRENCY, "USD"), ("usd",))
        amount = parse_hundredths(results.required(_AMOUNT))
        buckets = anthropic_buckets(results)
        results.refuse_repeats(buckets.columns["period_start"], _GROUPS)
        stated = stated_account(fields.file)
        account = stated or PROVIDER
        return results.reading(
            anthropic_labels(results)
            | buckets.columns
            | {
                "source": self.source,
                "account": account,
                "meter": "cost",
                "currency": "USD",
                "cost_origin": "billed",
                "charge_description": results.text(_DESCRIPTION),
                "sku_meter": pc.coalesce(results.text(_CLASS), results.text(_TYPE)),
                "billed_cost": amount.values,
                "effective_cost": amount.values,
            },
            covers=buckets.covers,
            extent=frozenset({account}) if stated else None,
            notes=buckets.notes
            + amount.note(_AMOUNT)
            + _undescribed(results)
            + (() if stated else unnamed_account(account))
            + more_pages(fields),
        )


def _undescribed(results: Results) -> tuple[str, ...]:
    bare = results.without(_DESCRIPTION)
    return (f"{bare:,} results have no description: group the report by it",) if bare else ()


READER = AnthropicCosts()
