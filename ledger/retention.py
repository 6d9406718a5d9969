"""Forgetting deliveries that no view from a day on shows: retention by delivery, not by day.

What a delivery said is needed for as long as it shows in a view that may still be asked for. From
the day of retention on, all views stay as they are, to the last row; views of before are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.arrival_pairs import LONGEST_LAG, WINDOW_DAYS
from ledger.delivery import Delivery
from ledger.problems import BadInput
from ledger.store import Ledger
from ledger.view import spoken_of
from ledger.visible import Cell, cells_of

__all__ = ["FEWEST_DAYS", "Retained", "retain", "superseded"]

#: How sources arrive is measured from what they delivered in this time.
FEWEST_DAYS = WINDOW_DAYS + LONGEST_LAG


@dataclass(frozen=True)
class Retained:
    """What a retention forgot, or would forget: views from `since` on are as they were."""

    since: datetime
    forgotten: tuple[Delivery, ...]
    kept: int

    @property
    def rows(self) -> int:
        """Rows forgotten."""
        return sum(delivery.rows for delivery in self.forgotten)


def retain(ledger: Ledger, since: datetime, *, now: datetime, dry_run: bool = False) -> Retained:
    """Forget the deliveries that no view as of `since` or later shows.

    Views as of before `since` are refused from then on. The files go with the next `compact`.

    Raises BadInput where `since` is nearer than what arrival curves are measured from.
    """
    latest = now - timedelta(days=FEWEST_DAYS)
    if since > latest:
        raise BadInput(
            f"{latest:%Y-%m-%d} or earlier: how sources arrive is measured from the last "
            f"{FEWEST_DAYS} days",
            field="since",
            got=f"{since:%Y-%m-%d}",
        )
    deliveries = ledger.deliveries()
    forgotten = superseded(deliveries, since)
    if forgotten and not dry_run:
        ledger.forget([delivery.id for delivery in forgotten], since)
    return Retained(since, tuple(forgotten), len(deliveries) - len(forgotten))


def superseded(deliveries: Sequence[Delivery], since: datetime) -> list[Delivery]:
    """Those of the deliveries, which are in their order, that no view from `since` on needs.

    A delivery is needed until snapshots that were delivered and recorded by `since` have replaced
    it in every cell and have spoken of every day that it spoke of. Appends are always needed: an
    id that was told once is told for good.
    """
    newest: dict[Cell, int] = {}
    told: dict[tuple[str, str], list[tuple[int, set[date]]]] = {}
    for number, delivery in enumerate(deliveries):
        if (
            delivery.mode == "snapshot"
            and max(delivery.delivered_at, delivery.recorded_at) <= since
        ):
            newest |= dict.fromkeys(cells_of(delivery), number)
            for account in delivery.extent:
                entry = (number, _days(delivery))
                told.setdefault((delivery.source, account), []).append(entry)
    return [
        delivery
        for number, delivery in enumerate(deliveries)
        if delivery.mode == "snapshot"
        and delivery.delivered_at <= since
        and all(newest.get(cell, -1) > number for cell in cells_of(delivery))
        and all(
            _days(delivery) <= _told_after(told.get((delivery.source, account), []), number)
            for account in delivery.extent
        )
    ]


def _told_after(told: Sequence[tuple[int, set[date]]], number: int) -> set[date]:
    return set[date]().union(*(days for later, days in told if later > number))


def _days(delivery: Delivery) -> set[date]:
    return {
        span.start + timedelta(days=offset)
        for span in spoken_of(delivery)
        for offset in range((span.end - span.start).days)
    }
