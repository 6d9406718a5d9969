"""Where a ratio usually lies: median and spread of its known values in a window before each day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled, compiled_in_place
from models.robust_scale import MEAN_TO_SD, MEDIAN_TO_SD

__all__ = ["trailing_range"]


@compiled
def trailing_range(
    values: NDArray[np.float64], window: int, fewest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Center and spread [n + 1] before each of n days and before the next one.

    The center is the median of the finite values among the last `window` days, the spread the
    larger of 1.4826 median and 1.2533 mean of the distances from it. NaN where fewer than `fewest`
    of those days are finite.
    """
    days = len(values)
    center, spread = np.full(days + 1, np.nan), np.full(days + 1, np.nan)
    ordered = np.empty(window + 1)
    count = 0
    for day in range(days + 1):
        if day and np.isfinite(values[day - 1]):
            place = np.searchsorted(ordered[:count], values[day - 1])
            ordered[place + 1 : count + 1] = ordered[place:count].copy()
            ordered[place] = values[day - 1]
            count += 1
        gone = day - 1 - window
        if gone >= 0 and np.isfinite(values[gone]):
            place = np.searchsorted(ordered[:count], values[gone])
            ordered[place : count - 1] = ordered[place + 1 : count].copy()
            count -= 1
        if count < fewest:
            continue
        middle = 0.5 * (ordered[(count - 1) // 2] + ordered[count // 2])
        center[day] = middle
        spread[day] = _spread(ordered[:count], middle)
    return center, spread


@compiled_in_place
def _spread(ordered: NDArray[np.float64], middle: float) -> float:
    """From values in order and their median: outwards from it, distances come in order, too."""
    count = len(ordered)
    total = 0.0
    for value in ordered:
        total += abs(value - middle)
    left, right = (count - 1) // 2, (count - 1) // 2 + 1
    lower = upper = 0.0
    for place in range(count // 2 + 1):
        below = middle - ordered[left] if left >= 0 else np.inf
        above = ordered[right] - middle if right < count else np.inf
        if below <= above:
            upper, left = below, left - 1
        else:
            upper, right = above, right + 1
        if place == (count - 1) // 2:
            lower = upper
    half = 0.5 * (lower + upper)
    return max(MEDIAN_TO_SD * half, MEAN_TO_SD * total / count)
