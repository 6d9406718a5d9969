"""How far a value is from everything seen before it: distances to the nearest neighbour."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled, compiled_sum

__all__ = ["nearest_pair", "nearest_value"]

_Array = NDArray[np.float64]


@compiled
def _place(ordered: _Array, count: int, value: float) -> int:
    """First of the `count` ordered values that is >= value."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def nearest_value(x: _Array, lag: int, start: int) -> _Array:
    """Least |x_t - x_j| over j <= t - lag, for the rows from `start`, [n - start].

    0 for a row with nothing `lag` rows or more before it: nothing is known that it could be far
    from.
    """
    rows = len(x)
    ordered = np.empty(rows)
    count = max(start - lag, 0)
    ordered[:count] = np.sort(x[:count])
    distance = np.zeros(max(rows - start, 0))
    for t in range(start, rows):
        if t >= lag:
            new = x[t - lag]
            place = _place(ordered, count, new)
            for other in range(count, place, -1):
                ordered[other] = ordered[other - 1]
            ordered[place] = new
            count += 1
        if count:
            place = _place(ordered, count, x[t])
            nearest = math.inf
            if place < count:
                nearest = ordered[place] - x[t]
            if place > 0:
                nearest = min(nearest, x[t] - ordered[place - 1])
            distance[t - start] = nearest
    return distance


@compiled_sum
def nearest_pair(x: _Array, lag: int, start: int, memory: int) -> _Array:
    """Distance of (x_{t-1}, x_t) to its nearest predecessor among the last `memory` rows.

    sqrt(min over 1 <= j <= t - lag of (x_t - x_j)^2 + (x_{t-1} - x_{j-1})^2) for the rows from
    `start`, [n - start]; 0 where there is none. This is a left matrix profile of window 2 without
    z-normalisation (Yeh et al., "Matrix Profile I", ICDM 2016).
    """
    rows = len(x)
    distance = np.zeros(max(rows - start, 0))
    for t in range(max(start, lag + 1), rows):
        now, before = x[t], x[t - 1]
        nearest = np.inf
        for j in range(max(1, t - memory), t - lag + 1):
            here, there = now - x[j], before - x[j - 1]
            nearest = min(nearest, here * here + there * there)
        distance[t - start] = math.sqrt(nearest)
    return distance
