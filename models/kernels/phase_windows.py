"""Mean and median of the latest seasons, phase by phase."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.median import median_of

__all__ = ["phase_mean", "phase_median"]

_Array = NDArray[np.float64]


@compiled
def phase_mean(y: _Array, season: int, seasons: int, out: _Array) -> bool:
    """Fill `out` with the mean per phase over at most `seasons` whole seasons; False below one.

    With one season: the seasonal naive forecast, y[t + h] = y[t + h - m].
    """
    n = len(y)
    count = min(seasons, n // season)
    if count < 1:
        return False
    for h in range(len(out)):
        if h >= season:
            out[h] = out[h - season]
            continue
        total = 0.0
        for age in range(1, count + 1):
            total += y[n - age * season + h]
        out[h] = total / count
    return True


@compiled
def phase_median(y: _Array, season: int, seasons: int, out: _Array) -> bool:
    """Fill `out` with the median per phase over at most `seasons` seasons; False below one."""
    n = len(y)
    count = min(seasons, n // season)
    if count < 1:
        return False
    same = np.empty(count)
    for h in range(len(out)):
        if h >= season:
            out[h] = out[h - season]
            continue
        for age in range(1, count + 1):
            same[age - 1] = y[n - age * season + h]
        out[h] = median_of(same)
    return True
