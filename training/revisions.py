"""What a training knows besides the panel, and how it revises the points of the pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from ledger.panel import Panel
from ledger.reference import Reference
from models.points import Revision
from training.backtest import Backtest
from training.calendar_days import by_calendar
from training.engines import Progress
from training.token_first import by_quantities
from training.uses import uses_of

__all__ = ["Knowledge", "revisions_of"]


@dataclass(frozen=True)
class Knowledge:
    """What was used, what is known of its prices, and which days are special.

    Parameters
    ----------
    quantities
        `ledger.quantities.QUANTITIES` of the view the panel was made from; None = not asked.
    reference
        Prices and announcements, each from the moment it was known.
    calendar
        Whether points may be corrected for days of months and holidays.
    holidays_country
        As in `training.calendar_days.by_calendar`.
    """

    quantities: pa.Table | None
    reference: Reference
    calendar: bool = False
    holidays_country: str | None = None


def revisions_of(
    panel: Panel,
    tested: Backtest,
    known: Knowledge | None,
    *,
    workers: int = 1,
    step: Callable[[str], Progress] = lambda _: lambda _done, _total: None,
) -> list[Revision]:
    """Revisions in their order; none where nothing is known besides the panel."""
    revisions: list[Revision] = []
    if known is None:
        return revisions
    task = tested.task
    if known.quantities is not None:
        uses = uses_of(
            panel, known.quantities, known.reference, origins=task.origins, horizon=task.horizon
        )
        progress = step("backtesting quantities")
        revisions.append(by_quantities(panel, tested, uses, workers=workers, progress=progress))
    if known.calendar:
        revisions.append(by_calendar(panel, tested, known.holidays_country))
    return revisions
