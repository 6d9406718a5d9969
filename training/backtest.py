"""Rolling origins: what every member of the pool would have said on past days, and the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.accuracy import panel_accuracy
from models.combine import central_mass
from models.early_zeros import typical_zero_shares
from models.forecasters.pool import default_names, member_types
from models.kernels.member_forecasts import BATCH
from models.losses import burstiness_of, member_errors, member_losses
from models.metrics import mase_scale
from models.origins import rolling_origins, shortest_truth, truth_after
from models.pool_forecasts import PoolSettings, pool_forecasts
from training.engines import Progress, map_series
from training.room import room_for

__all__ = ["Backtest", "Task", "evaluate_weights", "naive_metrics", "run_backtest", "task_for"]

_Array = NDArray[np.float64]

#: The member that is the yardstick.
_NAIVE = "seasonal_naive"


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
    settings
        The pool and what its members see (`models.pool_forecasts`); `seasonal_naive` is in it.
    """

    horizon: int
    season: int
    origins: tuple[int, ...]
    shortest_truth: int
    settings: PoolSettings


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

    @cached_property
    def errors(self) -> _Array:
        """[N, K, M] mean absolute errors over the steps with truth; NaN = no forecast or truth."""
        return member_errors(self.forecasts, self.actual)[0]

    @cached_property
    def losses(self) -> _Array:
        """[N, K, M] what weights are learned from (`models.losses`)."""
        return member_losses(self.forecasts, self.actual, self.burstiness)

    @cached_property
    def burstiness(self) -> _Array:
        """[N] from 0, calm, to 1, bursty (`models.losses`)."""
        near = slice(min(self.task.season, self.task.horizon))
        naive = self.forecasts[:, :, self.members.index(_NAIVE), near]
        return burstiness_of(naive, self.actual[:, :, near])

    @property
    def long_window(self) -> NDArray[np.bool_]:
        """[M] members that are for bursty series alone."""
        long = {member.name for member in member_types() if member.long_window}
        return np.array([name in long for name in self.members], dtype=np.bool_)


def task_for(
    panel: Panel, *, horizon: int, season: int, settings: PoolSettings | None = None
) -> Task:
    """Return the task with origins as far as the panel reaches back; needs at least one period.

    `settings` choose the pool, for the same season (default: the default pool).
    """
    periods = len(panel.periods)
    asked = settings or PoolSettings(default_names(), season)
    if horizon < 1 or season < 1 or not periods:
        raise ValueError(
            f"got horizon {horizon}, season {season}, {periods} periods, wanted each at least 1"
        )
    if _NAIVE not in asked.members or asked.season != season:
        raise ValueError(f"got a pool {asked}, wanted {_NAIVE} in it and season {season}")
    return Task(
        horizon=horizon,
        season=season,
        origins=rolling_origins(periods, horizon, season),
        shortest_truth=shortest_truth(periods, horizon),
        settings=asked,
    )


def run_backtest(
    panel: Panel, task: Task, *, workers: int = 1, progress: Progress | None = None
) -> Backtest:
    """Forecast every series with every member at every origin and at the end of the panel.

    The default pool is compiled and runs in threads; members that are not need processes.
    """
    columns = (*task.origins, panel.value.shape[1])
    typical = typical_zero_shares(panel.value, columns, task.season)
    said = map_series(
        partial(_said, task=task, typical_zeros=typical),
        panel.value,
        workers=workers,
        progress=progress,
        threads=set(task.settings.members) <= set(BATCH),
        room=room_for,
    )
    return Backtest(
        task=task,
        unique_ids=panel.unique_ids,
        members=task.settings.members,
        forecasts=said[:, :-1],
        actual=truth_after(panel.value, task.origins, task.horizon),
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


def _said(values: _Array, task: Task, typical_zeros: _Array) -> _Array:
    """[n, K + 1, M, H] of series [n, T]; the last origin is the end of the panel."""
    columns = (*task.origins, values.shape[1])
    return pool_forecasts(values, columns, task.horizon, task.settings, typical_zeros)


def _normal(weights: _Array) -> _Array:
    """Weights that sum to 1; equal ones where nothing has weight."""
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), 1 / len(weights))
