"""How series were forecast that had as few periods as a young one: newborns, and grown ones cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.combine import central_mass, log_errors, member_weights
from models.kernels.member_forecasts import BATCH
from models.losses import member_errors
from models.metrics import mean_absolute
from models.pool_forecasts import PoolSettings, pool_forecasts
from training.backtest import Backtest, run_backtest

__all__ = ["ShortHistories", "age_of", "births", "cut_histories"]

_Array = NDArray[np.float64]
_Rows = NDArray[np.intp]


@dataclass(frozen=True)
class ShortHistories:
    """What D series would have been told at K origins, knowing only their last periods before.

    Parameters
    ----------
    rows
        [D] of the panel.
    members
        [M] the compiled ones: the others would take longer than everything else.
    forecasts, actual
        [D, K, M, H] and [D, K, H]; NaN = none.
    size
        [D, K] 0.5 mean|y| + 0.5 mean|y[t] - y[t-1]| of what was known.
    """

    rows: _Rows
    members: tuple[str, ...]
    forecasts: _Array
    actual: _Array
    size: _Array

    @property
    def logs(self) -> _Array:
        """[D, M] log errors of the members (`models.combine.log_errors`)."""
        return log_errors(member_errors(self.forecasts, self.actual)[0])[0]

    def reach_of_errors(
        self, prior: _Array, burstiness: _Array, long_window: NDArray[np.bool_], share: float
    ) -> float:
        """Within how many sizes of what was known this share of the steps' errors lies.

        Of the combination by a prior alone [D, M] (`models.combine.member_weights`); NaN where
        nothing was measured.
        """
        nothing = np.empty((len(self.rows), 0, len(self.members)))
        weights = member_weights(nothing, burstiness, long_window, prior)
        spread = np.broadcast_to(weights[:, None], self.forecasts.shape[:3])
        error = np.abs(central_mass(self.forecasts, spread) - self.actual)
        known = np.isfinite(error) & (self.size > 0)[:, :, None]
        if not known.any():
            return np.nan
        size = np.broadcast_to(self.size[:, :, None], error.shape)
        return float(np.quantile(error[known] / size[known], share))


def age_of(values: _Array) -> NDArray[np.int64]:
    """[N] periods from the first amount other than zero to the end of series [N, T]."""
    amount = np.isfinite(values) & (values != 0)
    first = np.where(amount.any(axis=1), amount.argmax(axis=1), values.shape[1])
    ages: NDArray[np.int64] = values.shape[1] - first
    return ages


def cut_histories(
    panel: Panel, tested: Backtest, rows: _Rows, age: int, *, workers: int = 1
) -> ShortHistories:
    """Forecast series at the origins of a backtest, the last `age` periods known at each."""
    some, settings = panel.take(rows), _settings(tested, age)
    cut = run_backtest(some, replace(tested.task, settings=settings), workers=workers)
    size = np.empty((len(rows), len(tested.task.origins)))
    for place, origin in enumerate(tested.task.origins):
        size[:, place] = _size(some.value[:, max(origin - age, 0) : origin])
    return ShortHistories(rows, settings.members, cut.forecasts, cut.actual, size)


def births(panel: Panel, tested: Backtest, age: int) -> ShortHistories:
    """Forecast series from their first `age` periods, where the panel saw them begin.

    That is where a zero was observed before the first amount, a season of the panel lies before it
    and as much truth after those periods as at the latest origin of the backtest.
    """
    task, periods = tested.task, len(panel.periods)
    first = periods - age_of(panel.value)
    seen = panel.observed[np.arange(len(first)), np.maximum(first - 1, 0)]
    enough = (first >= task.season) & (first + age + task.shortest_truth <= periods)
    rows = np.flatnonzero(seen & enough)
    known, actual = np.empty((len(rows), age)), np.full((len(rows), 1, task.horizon), np.nan)
    for place, row in enumerate(rows):
        line = panel.value[row, first[row] :]
        known[place] = line[:age]
        truth = line[age : age + task.horizon]
        actual[place, 0, : len(truth)] = truth
    settings = _settings(tested, age)
    forecasts = pool_forecasts(known, (age,), task.horizon, settings)
    return ShortHistories(rows, settings.members, forecasts, actual, _size(known)[:, None])


def _settings(tested: Backtest, age: int) -> PoolSettings:
    names = tuple(name for name in tested.members if name in BATCH)
    return replace(tested.task.settings, members=names, history_cap=age)


def _size(known: _Array) -> _Array:
    """[D] of histories [D, n], see `ShortHistories.size`."""
    amounts, steps = mean_absolute(known), mean_absolute(np.diff(known, axis=1))
    size: _Array = 0.5 * np.nan_to_num(amounts) + 0.5 * np.nan_to_num(steps)
    return size
