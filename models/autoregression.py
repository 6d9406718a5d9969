"""Ridge regression of a series on its own lags, forecast recursively."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["chosen_lags", "half_life", "ridge_forecast"]

_Array = NDArray[np.float64]

#: Observations beyond the largest lag and one per coefficient that a fit needs.
_SPARE = 8
#: A seasonal lag is used when twice the lag and this many observations are there.
_LAG_SPARE = 10
_MOST_SHORT_LAGS = 8


def chosen_lags(n: int, season: int) -> NDArray[np.intp]:
    """Lags 1..p, p = min(8, max(2, n/8)), then m, m+1, m-1, 2m and 3m where history allows."""
    short = min(_MOST_SHORT_LAGS, max(2, n // 8))
    lags = list(range(1, short + 1))
    if season > 1:
        seasonal = (season, season + 1, season - 1, 2 * season, 3 * season)
        lags += [lag for lag in seasonal if lag > short and 2 * lag + _LAG_SPARE < n]
    return np.array(lags, dtype=np.intp)


def half_life(n: int, season: int) -> float:
    """Age in steps at which a row counts half: 16 seasons' worth of weeks, or half the history."""
    window = season if 1 < season <= 30 else 4
    return max(16.0 * min(window, n), n / 2)


def ridge_forecast(
    y: _Array, lags: NDArray[np.intp], horizon: int, *, penalty: float, half_life: float
) -> _Array | None:
    """[H] recursive forecast of `y` (scaled to size 1); None where history is too short.

    Least squares with intercept, row weight 0.5^(age / half_life); penalty * trace(G)/L on the
    lags and penalty * sum of weights on the intercept, G = X'WX.
    """
    n, reach = len(y), int(lags.max())
    if n <= reach + len(lags) + _SPARE:
        return None
    rows = np.arange(reach, n)
    design = np.column_stack([y[rows[:, None] - lags], np.ones(len(rows))])
    weight = 0.5 ** ((n - 1 - rows) / half_life)
    weighted = design * weight[:, None]
    gram = weighted.T @ design
    ridge = np.full(len(gram), penalty * np.trace(gram[:-1, :-1]) / len(lags) + 1e-9)
    ridge[-1] = penalty * weight.sum() + 1e-9
    solution = np.linalg.solve(gram + np.diag(ridge), weighted.T @ y[rows])
    coefficients, intercept = solution[:-1], solution[-1]
    path = np.concatenate([y, np.zeros(horizon)])
    for step in range(n, n + horizon):
        path[step] = intercept + coefficients @ path[step - lags]
    return path[n:]
