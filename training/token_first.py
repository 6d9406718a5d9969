"""Quantities first: forecast what is used, and multiply by what it will cost on its day.

Prices that were announced and models that will be switched off move the cost at their date, for
every series. Whether a series is forecast by its quantities or by its cost its backtest decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.combine import central_mass, leave_one_out_weights, member_weights
from models.contest import contest
from models.gaps import ended
from models.points import Points, Revision
from models.unit_cost import paid_share, price_index, sums_per_series
from training.backtest import Backtest, run_backtest, task_for
from training.engines import Progress
from training.uses import Uses

__all__ = ["by_quantities"]

_Array = NDArray[np.float64]

#: A step of known prices below this is no news.
_TOLD_STEP = 0.001


@dataclass(frozen=True)
class _Outlook:
    """From one origin: cost by quantities [N, H] and what known prices do to cost [N, H]."""

    cost: _Array
    index: _Array


def by_quantities(
    panel: Panel,
    tested: Backtest,
    uses: Uses,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> Revision:
    """Return what revises the points of a panel of cost by its quantities and dated prices.

    `tested` is the panel's backtest, whose origins are those of `uses`. The result multiplies all
    points by the index of known prices and replaces those of series that are not worse by
    quantities.
    """
    outlooks = _outlooks(panel, tested, uses, workers, progress)

    def revise(points: Points) -> Points:
        return _revised(points, panel, tested, outlooks)

    return revise


def _outlooks(
    panel: Panel, tested: Backtest, uses: Uses, workers: int, progress: Progress | None
) -> list[_Outlook]:
    """One per past origin, and the one of now at the end."""
    counted = _counted(panel, tested, uses)
    past, now = _forecasts(panel, tested, uses, counted, workers, progress)
    columns = (*tested.task.origins, len(panel.periods))
    said = [*(past[:, k] for k in range(past.shape[1])), now]
    return [
        _outlook(panel.value, uses, k, column, counted, said[k]) for k, column in enumerate(columns)
    ]


def _counted(panel: Panel, tested: Backtest, uses: Uses) -> NDArray[np.intp]:
    """Uses to forecast: of series that still spend, and that have more than money to go by."""
    silent = np.array([ended(value, tested.task.season) for value in panel.value], dtype=np.bool_)
    return np.flatnonzero(~uses.is_money & ~silent[uses.series])


def _forecasts(
    panel: Panel,
    tested: Backtest,
    uses: Uses,
    counted: NDArray[np.intp],
    workers: int,
    progress: Progress | None,
) -> tuple[_Array, _Array]:
    """[C, K, H] quantities at past origins, learned without the origin, and [C, H] from now on.

    NaN where a use was too young; 0 where it had not begun.
    """
    horizon, origins = tested.task.horizon, tested.task.origins
    if not len(counted):
        return np.zeros((0, len(origins), horizon)), np.zeros((0, horizon))
    quantity = uses.quantity[counted]
    keys = [
        SeriesKey((*panel.keys[row].items(), ("use", str(use))))
        for use, row in zip(counted, uses.series[counted], strict=True)
    ]
    own = replace(
        panel,
        measure="quantity",
        currency=None,
        keys=tuple(keys),
        value=quantity,
        observed=np.isfinite(quantity),
        completeness=panel.completeness[uses.series[counted]],
    )
    task = task_for(own, horizon=horizon, season=tested.task.season, settings=tested.task.settings)
    run = run_backtest(own, task, workers=workers, progress=progress)
    learned = (run.losses, run.burstiness, run.long_window)
    past = central_mass(run.forecasts, leave_one_out_weights(*learned))
    begun = np.stack([np.nansum(quantity[:, :column], axis=1) > 0 for column in origins], axis=1)
    past = np.where(~np.isfinite(past) & ~begun[:, :, None], 0.0, past)
    return past, central_mass(run.future, member_weights(*learned))


def _outlook(
    cost: _Array, uses: Uses, k: int, column: int, counted: NDArray[np.intp], said: _Array
) -> _Outlook:
    count, horizon = len(cost), said.shape[1]
    ahead = slice(column, column + horizon)
    quantity, prices = uses.quantity[:, :column], uses.prices.at(k)
    index = price_index(quantity, prices[:, column - 1], prices[:, ahead], uses.series, count)
    listed = sums_per_series(quantity * prices[:, :column], uses.series, count)
    whole = np.zeros((count, horizon))
    np.add.at(whole, uses.series[counted], said * prices[counted, ahead])
    share = paid_share(cost[:, :column], listed)
    has_uses = np.isin(np.arange(count), uses.series[counted])
    known = np.where(has_uses, share, np.nan)
    return _Outlook(whole * known[:, None], index)


def _revised(points: Points, panel: Panel, tested: Backtest, outlooks: list[_Outlook]) -> Points:
    now, past = outlooks[-1], outlooks[:-1]
    mean = points.mean * now.index
    left_out = points.left_out.copy()
    by_use = np.full_like(left_out, np.nan)
    for k, outlook in enumerate(past):
        left_out[:, k] *= outlook.index
        by_use[:, k] = outlook.cost
    decided = contest(left_out, by_use, tested.actual, tested.burstiness)
    chosen = decided.now & np.isfinite(now.cost).all(axis=1)
    at = decided.left_out[:, :, None] & np.isfinite(by_use)
    return Points(
        left_out=np.where(at, by_use, left_out),
        mean=np.where(chosen[:, None], now.cost, mean),
        size=points.size * now.index,
        notes=tuple(
            "; ".join(part for part in (note, how, _news(index, panel.periods[-1])) if part)
            for note, how, index in zip(
                points.notes,
                np.where(chosen, "quantities times dated prices", ""),
                now.index,
                strict=True,
            )
        ),
    )


def _news(index: _Array, last: np.datetime64) -> str:
    """What known prices will do, in words: steps of the index [H] of a series."""
    before = np.concatenate([[1.0], index[:-1]])
    told = []
    for step in np.flatnonzero(
        np.abs(index - before) > _TOLD_STEP * np.maximum(before, _TOLD_STEP)
    ):
        day = last + int(step) + 1
        if index[step] == 0:
            told.append(f"switched off on {day}")
        elif before[step] > 0:
            told.append(
                f"known prices move the cost by {index[step] / before[step] - 1:+.1%} on {day}"
            )
    return "; ".join(told)
