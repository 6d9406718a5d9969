"""The books as of T: what the ledger knew, under the rules of the reference files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

import pyarrow as pa

from costcast.settings import Settings
from journal.budgets import Budget, load_budgets
from ledger.amortisation import Prepaid, amortise, deferred
from ledger.arrival import ArrivalCurve, arrival_curves
from ledger.costs import cost_cells
from ledger.freshness import SourceFreshness, freshness
from ledger.largest_runs import largest_runs
from ledger.panel import Panel
from ledger.panels import Excluded, build_panel, final_part
from ledger.problems import BadInput
from ledger.reference import Reference, load_reference
from ledger.store import Ledger
from ledger.usage_facts import usage_facts
from ledger.view import LedgerView, view_at
from models.usage import Usage
from training.usage import usage_of

__all__ = ["BUDGET_FILE", "Allocation", "Books", "open_books", "sources_as_of"]

Allocation = Literal["current", "as_charged"]

BUDGET_FILE = "budgets.csv"


@dataclass(frozen=True)
class Books:
    """One consistent reading of the ledger: nothing delivered after `view.data_as_of` is in it.

    `cells` is the allocated cost table (`ledger.costs`), `panel` the daily demand per team and
    model with every day that has arrived, `final` the part of it that will not change any more,
    `excluded` what of the view's total the panel leaves out, by reason. `prepaid` are the purchases
    that rules spread over the days they pay for (`ledger.amortisation`); the view has them spread.
    `reference` are the rules known by then, `currency` is that of all money.
    """

    view: LedgerView
    cells: pa.Table
    panel: Panel
    final: Panel
    excluded: list[Excluded]
    freshness: list[SourceFreshness]
    arrival: Mapping[str, ArrivalCurve]
    budgets: list[Budget]
    prepaid: tuple[Prepaid, ...]
    reference_digests: Mapping[str, str]
    reference: Reference
    currency: str

    @cached_property
    def facts(self) -> pa.Table:
        """What was used and for how much, `ledger.usage_fact_columns.USAGE_FACTS`."""
        return usage_facts(self.view, self.reference, currency=self.currency)

    @cached_property
    def usage(self) -> Usage:
        """Usage of the series of `final` on its days."""
        runs = largest_runs(self.view, self.reference, currency=self.currency)
        return usage_of(self.final, self.facts, runs)


def open_books(settings: Settings, as_of: datetime, *, allocation: Allocation = "current") -> Books:
    """Read the ledger as of T; raises BadInput when it holds nothing yet."""
    ledger = Ledger(settings.ledger)
    view = view_at(ledger, as_of)
    if not any(delivery.rows for delivery in view.deliveries):
        raise BadInput(f"a delivery by {as_of:%Y-%m-%d %H:%M} UTC", file=settings.ledger)
    reference = load_reference(settings.reference, known_at=as_of)
    view, prepaid = amortise(view, reference.amortisation)
    cells = cost_cells(view, reference, allocation=allocation, currency=settings.currency)
    arrival = arrival_curves(ledger, as_of)
    panel, excluded = build_panel(cells, view, curves=arrival)
    return Books(
        view=view,
        cells=cells,
        panel=panel,
        final=final_part(panel),
        excluded=[*excluded, *deferred(prepaid, reference.fx, settings.currency)],
        prepaid=prepaid,
        freshness=freshness(view),
        arrival=arrival,
        budgets=load_budgets(settings.reference / BUDGET_FILE, known_at=as_of),
        reference_digests=reference.digests,
        reference=reference,
        currency=settings.currency,
    )


def sources_as_of(settings: Settings, as_of: datetime) -> list[tuple[str, int, Decimal]]:
    """Source, visible rows and exact effective cost of the view at a time."""
    rows = view_at(Ledger(settings.ledger), as_of).rows
    sums = rows.group_by("source").aggregate([("effective_cost", "sum"), ([], "count_all")])
    return sorted(
        (row["source"], row["count_all"], row["effective_cost_sum"]) for row in sums.to_pylist()
    )
