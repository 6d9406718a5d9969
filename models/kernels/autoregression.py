"""Ridge regression of a series on its own lags, forecast recursively."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled, compiled_sum

__all__ = ["chosen_lags", "half_life", "ridge_steps", "short_lags"]

_Array = NDArray[np.float64]
_Lags = NDArray[np.int64]

#: Observations beyond the largest lag and one per coefficient that a fit needs.
_SPARE = 8
#: A seasonal lag is used when twice the lag (1.5 times, for a second season's) and these are there.
_LAG_SPARE = 10
_MOST_SHORT_LAGS = 8
#: Seasonal lags of both seasons, at most.
_MOST_SEASONAL_LAGS = 7
#: A season longer than this is no measure of how fast things change.
_LONGEST_SEASON = 30


@compiled
def short_lags(n: int) -> int:
    """Count p = min(8, max(2, n/8)) of the lags 1..p."""
    return min(_MOST_SHORT_LAGS, max(2, n // 8))


@compiled
def chosen_lags(n: int, season: int, second_season: int) -> _Lags:
    """Lags 1..p, then m, m+1, m-1, 2m, 3m, then m2 and 2 m2, each where history allows it."""
    short = short_lags(n)
    lags = np.empty(_MOST_SHORT_LAGS + _MOST_SEASONAL_LAGS, dtype=np.int64)
    count = short
    for lag in range(short):
        lags[lag] = lag + 1
    if season > 1:
        for lag in (season, season + 1, season - 1, 2 * season, 3 * season):
            if lag > short and 2 * lag + _LAG_SPARE < n:
                lags[count] = lag
                count += 1
    if season > 1 and second_season > 1:
        for lag in (second_season, 2 * second_season):
            known = False
            for i in range(count):
                known = known or lags[i] == lag
            if 1.5 * lag + _LAG_SPARE < n and not known:
                lags[count] = lag
                count += 1
    return lags[:count].copy()


@compiled
def half_life(n: int, season: int) -> float:
    """Age in steps at which a row counts half: 16 seasons' worth of steps, or half the history."""
    window = season if 1 < season <= _LONGEST_SEASON else 4
    return max(16.0 * min(window, n), n / 2)


@compiled
def ridge_steps(y: _Array, lags: _Lags, penalty: float, age: float, out: _Array) -> bool:
    """Fill `out` [H] with the recursive forecast of `y` [n]; False where history is too short.

    `y` is scaled to size 1. Least squares with intercept, row weight 0.5^(age of row / `age`);
    penalty * trace(G)/L on the lags and penalty * sum of weights on the intercept, G = X'WX.
    """
    n, count = len(y), len(lags)
    reach = 0
    for lag in lags:
        reach = max(reach, lag)
    if n <= reach + count + _SPARE:
        return False
    gram, moment = _moments(y, lags, reach, age)
    trace = 0.0
    for i in range(count):
        trace += gram[i, i]
    for i in range(count):
        gram[i, i] += penalty * trace / count + 1e-9
    gram[count, count] += penalty * gram[count, count] + 1e-9
    if not _solve(gram, moment):
        return False
    path = np.empty(reach + len(out))
    for t in range(reach):
        path[t] = y[n - reach + t]
    for h in range(len(out)):
        step = moment[count]
        for i in range(count):
            step += moment[i] * path[reach + h - lags[i]]
        path[reach + h] = out[h] = step
    return True


@compiled
def _moments(y: _Array, lags: _Lags, reach: int, age: float) -> tuple[_Array, _Array]:
    """Lower half of G = X'WX [L + 1, L + 1] and X'Wy [L + 1]; the intercept comes last."""
    count, rows = len(lags), len(y) - reach
    gram, moment = np.zeros((count + 1, count + 1)), np.zeros(count + 1)
    weight, ones = np.empty(rows), np.empty(rows)
    fade, latest = math.pow(0.5, 1.0 / age), 1.0
    for row in range(rows - 1, -1, -1):
        weight[row], ones[row] = latest, 1.0
        latest *= fade
    weighted = np.empty(rows)
    for i in range(count):
        first = reach - lags[i]
        for row in range(rows):
            weighted[row] = weight[row] * y[first + row]
        for j in range(i + 1):
            gram[i, j] = _dot(weighted, y[reach - lags[j] : len(y) - lags[j]])
        gram[count, i] = _dot(weighted, ones)
        moment[i] = _dot(weighted, y[reach:])
    gram[count, count] = _dot(weight, ones)
    moment[count] = _dot(weight, y[reach:])
    return gram, moment


@compiled_sum
def _dot(a: _Array, b: _Array) -> float:
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@compiled
def _solve(gram: _Array, moment: _Array) -> bool:
    """Solve G b = r in place by Cholesky's method; False where G is not positive definite."""
    size = len(moment)
    for i in range(size):
        for j in range(i + 1):
            total = gram[i, j]
            for k in range(j):
                total -= gram[i, k] * gram[j, k]
            if i == j:
                if not total > 0:
                    return False
                gram[i, i] = math.sqrt(total)
            else:
                gram[i, j] = total / gram[j, j]
    for i in range(size):
        for k in range(i):
            moment[i] -= gram[i, k] * moment[k]
        moment[i] /= gram[i, i]
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            moment[i] -= gram[k, i] * moment[k]
        moment[i] /= gram[i, i]
    return True
