"""What a training knows besides the panel, and how it revises the points of the pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from ledger.panel import Panel
from ledger.reference import Reference
from models.points import Revision
from training.backtest import Backtest
from training.engines import Progress
from training.token_first import by_quantities
from training.uses import uses_of

__all__ = ["Knowledge", "revisions_of"]


@dataclass(frozen=True)
class Knowledge:
    """What was used and what is known of its prices.

    Parameters
    ----------
    quantities
        `ledger.quantities.QUANTITIES` of the view the panel was made from.
    reference
        Prices and announcements, each from the moment it was known.
    """

    quantities: pa.Table
    reference: Reference


def revisions_of(
    panel: Panel,
    tested: Backtest,
    known: Knowledge | None,
    *,
    workers: int = 1,
    step: Callable[[str], Progress] = lambda _: lambda _done, _total: None,
) -> list[Revision]:
    """Revisions in their order; none where nothing is known besides the panel."""
    if known is None:
        return []
    task = tested.task
    uses = uses_of(
        panel, known.quantities, known.reference, origins=task.origins, horizon=task.horizon
    )
    progress = step("backtesting quantities")
    return [by_quantities(panel, tested, uses, workers=workers, progress=progress)]
