"""Three ridge autoregressions: of levels, of changes of logarithms, of changes on last season."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.autoregression import chosen_lags, half_life, ridge_steps, short_lags
from models.kernels.compiled import compiled
from models.kernels.log_scale import from_logs, log_offset, to_logs
from models.kernels.mean import mean_of_last

__all__ = ["level_ridge", "log_change_ridge", "seasonal_change_ridge"]

_Array = NDArray[np.float64]

_LEVEL_PENALTY = 0.01
_CHANGE_PENALTY = 0.02
#: Observations beyond three seasons that changes on the season before need.
_SPARE = 20


@compiled
def level_ridge(y: _Array, season: int, lag_season: int, second: int, out: _Array) -> bool:
    """Levels relative to the mean of the last four seasons, on their own lags.

    `lag_season` is the season whose lags are used: 1 where history is too short for `season`;
    `second` is the second season, 1 = none.
    """
    window = 4 * (season if season > 1 else 4)
    centre = mean_of_last(y, window)
    scaled = np.empty(len(y))
    for t in range(len(y)):
        scaled[t] = y[t] - centre
    size = _to_size_one(scaled)
    if size == 0:
        return False
    lags = chosen_lags(len(y), lag_season, second)
    able = ridge_steps(scaled, lags, _LEVEL_PENALTY, half_life(len(y), season), out)
    for h in range(len(out)):
        out[h] = out[h] * size + centre
    return able


@compiled
def log_change_ridge(y: _Array, season: int, lag_season: int, second: int, out: _Array) -> bool:
    """First differences of ln y (of y, where there is no logarithm), summed up again."""
    offset = log_offset(y)
    levels = to_logs(y, offset) if offset > 0 else y
    change = _changes(levels, 1)
    size = _to_size_one(change)
    if size == 0:
        return False
    lags = chosen_lags(len(change), lag_season, second)
    if not ridge_steps(change, lags, _CHANGE_PENALTY, half_life(len(y), season), out):
        return False
    level = levels[len(levels) - 1]
    for h in range(len(out)):
        level += out[h] * size
        out[h] = level
    if offset > 0:
        from_logs(out, levels, offset)
    return True


@compiled
def seasonal_change_ridge(y: _Array, season: int, out: _Array) -> bool:
    """y[t] - y[t - m] on its own lags 1..p and m, added to the season before."""
    n = len(y)
    if season == 1 or n <= 3 * season + _SPARE:
        return False
    change = _changes(y, season)
    size = _to_size_one(change)
    short = short_lags(n)
    lags = np.arange(1, short + 2)
    lags[short] = max(season, short + 1)
    if not ridge_steps(change, lags, _CHANGE_PENALTY, half_life(n, season), out):
        return False
    for h in range(len(out)):
        before = y[n - season + h] if h < season else out[h - season]
        out[h] = before + out[h] * size
    return True


@compiled
def _changes(y: _Array, lag: int) -> _Array:
    """[n - lag] y[t] - y[t - lag]."""
    change = np.empty(len(y) - lag)
    for t in range(len(change)):
        change[t] = y[t + lag] - y[t]
    return change


@compiled
def _to_size_one(values: _Array) -> float:
    """Divide `values` by their mean size, which is returned; nothing but zeros stay as they are."""
    size = 0.0
    for value in values:
        size += abs(value)
    size /= len(values)
    if size > 0:
        for t in range(len(values)):
            values[t] /= size
    return size
