"""Rolling origins: what every member of the pool would have said on past days, and the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.accuracy import panel_accuracy
from models.combine import central_mass
from models.forecasters.pool import member_types, pool
from models.gaps import ended, history_of
from models.metrics import mase_scale, mean_absolute
from models.origins import FEWEST, rolling_origins, shortest_truth
from training.engines import Progress, map_series

__all__ = ["Backtest", "Task", "evaluate_weights", "naive_metrics", "run_backtest", "task_for"]

_Array = NDArray[np.float64]

#: The member that is the yardstick.
_NAIVE = "seasonal_naive"
#: Error of the seasonal naive forecast, as a share of the mean, from which a series counts as
#: bursty in full: real and generated token spend has 0.05 to 0.2, training bursts 0.6 to 1.3.
_BURSTY = 0.5


@dataclass(frozen=True)
class Task:
    """What is asked of a panel.

    Parameters
    ----------
    horizon
        H, steps ahead.
    season
        Steps of a season.
    origins
        [K] columns of the panel: an origin sees the periods before its column, no others.
    shortest_truth
        Steps of truth at the latest origin; earlier ones have more, up to H.
    history_cap
        Latest observations a member is fitted on; 400 was measured to be as good as 700.
    """

    horizon: int
    season: int
    origins: tuple[int, ...]
    shortest_truth: int
    history_cap: int = 400


@dataclass(frozen=True)
class Backtest:
    """Member forecasts at K past origins and now.

    Parameters
    ----------
    task, unique_ids, members
        What was asked, of which N series, and the M members.
    forecasts
        [N, K, M, H]; NaN where the series had less than eight steps of history.
    actual
        [N, K, H] truth; NaN = not observed, or still to come.
    future
        [N, M, H] forecasts from the end of the panel.
    scale
        [N] seasonal-naive error of the whole history (`models.metrics.mase_scale`).
    """

    task: Task
    unique_ids: tuple[str, ...]
    members: tuple[str, ...]
    forecasts: _Array
    actual: _Array
    future: _Array
    scale: _Array

    @property
    def errors(self) -> _Array:
        """[N, K, M] mean absolute errors over the steps with truth; NaN = no forecast or truth."""
        return mean_absolute(self.forecasts - self.actual[:, :, None])

    @property
    def losses(self) -> _Array:
        """[N, K, M] what weights are learned from: MAE + burstiness * |mean error|.

        Steps of a bursty series cannot be foretold, its sums can: they count there too.
        """
        error = self.forecasts - self.actual[:, :, None]
        known = np.isfinite(error)
        total = np.where(known, error, 0.0).sum(axis=-1)
        bias = np.abs(total) / np.maximum(known.sum(axis=-1), 1)
        losses: _Array = mean_absolute(error) + self.burstiness[:, None, None] * bias
        return losses

    @property
    def burstiness(self) -> _Array:
        """[N] from 0, calm, to 1, bursty: (error of the season before / mean / 0.5) squared.

        Over the first season after each origin: a change between neighbouring seasons is neither
        growth nor weekday. Without truth, 0.
        """
        near = slice(min(self.task.season, self.task.horizon))
        naive = self.forecasts[:, :, self.members.index(_NAIVE), near]
        actual = self.actual[:, :, near]
        known = np.isfinite(naive) & np.isfinite(actual)
        change = np.abs(np.where(known, naive - actual, 0.0)).sum(axis=(1, 2))
        size = np.abs(np.where(known, actual, 0.0)).sum(axis=(1, 2))
        ratio = change / np.where(size > 0, size, 1.0) * (size > 0)
        burstiness: _Array = np.minimum(ratio / _BURSTY, 1.0) ** 2
        return burstiness

    @property
    def long_window(self) -> NDArray[np.bool_]:
        """[M] members that are for bursty series alone."""
        long = {member.name for member in member_types() if member.long_window}
        return np.array([name in long for name in self.members], dtype=np.bool_)


def task_for(panel: Panel, *, horizon: int, season: int) -> Task:
    """Return the task with origins as far as the panel reaches back; needs at least one period."""
    periods = len(panel.periods)
    if horizon < 1 or season < 1 or not periods:
        raise ValueError(
            f"got horizon {horizon}, season {season}, {periods} periods, wanted each at least 1"
        )
    return Task(
        horizon=horizon,
        season=season,
        origins=rolling_origins(periods, horizon, season),
        shortest_truth=shortest_truth(periods, horizon),
    )


def run_backtest(
    panel: Panel, task: Task, *, workers: int = 1, progress: Progress | None = None
) -> Backtest:
    """Forecast every series with every member at every origin and at the end of the panel."""
    said = map_series(partial(_said, task=task), panel.value, workers=workers, progress=progress)
    return Backtest(
        task=task,
        unique_ids=panel.unique_ids,
        members=tuple(member.name for member in member_types()),
        forecasts=said[:, :-1],
        actual=_truth(panel.value, task),
        future=said[:, -1],
        scale=np.array([mase_scale(value, task.season) for value in panel.value]),
    )


def evaluate_weights(
    backtest: Backtest,
    unique_ids: Sequence[str],
    weights: _Array,
    *,
    members: Sequence[str] | None = None,
) -> dict[str, float]:
    """Accuracy of fixed weights [n, m] on the member forecasts of this backtest.

    So a champion is judged on the challenger's days. `members` [m] names the columns (default:
    the backtest's); a member that is no longer in the pool loses its weight to the others. Series
    the weights do not know take their mean over series.
    """
    names = backtest.members if members is None else tuple(members)
    table = np.zeros((len(weights), len(backtest.members)))
    for column, name in enumerate(names):
        if name in backtest.members:
            table[:, backtest.members.index(name)] = weights[:, column]
    row_of: Mapping[str, int] = {name: row for row, name in enumerate(unique_ids)}
    mean = _normal(table.mean(axis=0) if len(table) else np.zeros(len(backtest.members)))
    rows = [_normal(table[row_of[u]]) if u in row_of else mean for u in backtest.unique_ids]
    spread = np.broadcast_to(np.array(rows)[:, None], backtest.forecasts.shape[:3])
    combined = central_mass(backtest.forecasts, spread)
    return panel_accuracy(combined, backtest.actual, backtest.scale)


def naive_metrics(backtest: Backtest) -> dict[str, float]:
    """Accuracy of the seasonal naive forecast on the same origins."""
    naive = backtest.forecasts[:, :, backtest.members.index(_NAIVE)]
    return panel_accuracy(naive, backtest.actual, backtest.scale)


def _said(values: _Array, task: Task) -> _Array:
    """[n, K + 1, M, H] of series [n, T]; the last origin is the end of the panel."""
    columns = [*task.origins, values.shape[1]]
    said = np.full((len(values), len(columns), len(member_types()), task.horizon), np.nan)
    for row, value in enumerate(values):
        for k, column in enumerate(columns):
            is_end = k == len(task.origins)
            said[row, k] = _members_say(value[:column], task, 1 if is_end else FEWEST)
    return said


def _members_say(past: _Array, task: Task, fewest: int) -> _Array:
    """[M, H] forecasts from nothing but the past [t]; a series that fell silent stays silent."""
    members = pool(task.season)
    y = history_of(past, task.season).y
    if len(y) < fewest:
        # at the end of the panel only a series that has not begun comes here: nothing beats zero
        return np.full((len(members), task.horizon), 0.0 if fewest == 1 else np.nan)
    if ended(past, task.season):
        return np.zeros((len(members), task.horizon))
    recent = y[-task.history_cap :]
    return np.array([m.forecast(y=recent, h=task.horizon)["mean"] for m in members])


def _truth(values: _Array, task: Task) -> _Array:
    """[N, K, H] what came after each origin, NaN where it has not."""
    padded = np.pad(values, ((0, 0), (0, task.horizon)), constant_values=np.nan)
    ahead = [padded[:, column : column + task.horizon] for column in task.origins]
    shape = (len(values), len(ahead), task.horizon)
    return np.stack(ahead, axis=1) if ahead else np.empty(shape)


def _normal(weights: _Array) -> _Array:
    """Weights that sum to 1; equal ones where nothing has weight."""
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), 1 / len(weights))
