"""The books as of T: what the ledger knew, under the rules of the reference files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

import pyarrow as pa

from costcast.settings import Settings
from journal.budgets import Budget, load_budgets
from ledger.amortisation import Prepaid, amortise, deferred
from ledger.arrival import ArrivalCurve, arrival_curves
from ledger.costs import cost_cells
from ledger.freshness import SourceFreshness, freshness
from ledger.panel import Panel
from ledger.panels import Excluded, build_panel, final_part
from ledger.problems import BadInput
from ledger.reference import Reference, load_reference
from ledger.store import Ledger
from ledger.view import LedgerView, view_at

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
    `reference` are the rules known by then.
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
    )


def sources_as_of(settings: Settings, as_of: datetime) -> list[tuple[str, int, Decimal]]:
    """Source, visible rows and exact effective cost of the view at a time."""
    rows = view_at(Ledger(settings.ledger), as_of).rows
    sums = rows.group_by("source").aggregate([("effective_cost", "sum"), ([], "count_all")])
    return sorted(
        (row["source"], row["count_all"], row["effective_cost_sum"]) for row in sums.to_pylist()
    )
