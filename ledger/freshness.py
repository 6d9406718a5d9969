"""How old what we know is, per source and account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.delivery import Clock
from ledger.view import LedgerView

__all__ = ["SourceFreshness", "freshness"]


@dataclass(frozen=True)
class SourceFreshness:
    """When a source last said something about an account, and up to which day.

    `covered_through` is the last UTC day it has spoken of, complete or not; `age_days` the time
    from the delivery to the view's T, in days.
    """

    source: str
    account: str
    clock: Clock
    delivered_at: datetime
    covered_through: date
    age_days: float


def freshness(view: LedgerView) -> list[SourceFreshness]:
    """Freshness of every source and account that covers a day at all, in their order."""
    return [
        SourceFreshness(
            source=covered.source,
            account=covered.account,
            clock=covered.clock,
            delivered_at=covered.delivered_at,
            covered_through=covered.spans[-1].end - timedelta(days=1),
            age_days=(view.data_as_of - covered.delivered_at) / timedelta(days=1),
        )
        for covered in view.covered
        if covered.spans
    ]
