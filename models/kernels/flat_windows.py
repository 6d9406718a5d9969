"""Mean and median of the latest values, the same for every step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.mean import mean_of_last
from models.kernels.median import median_of

__all__ = ["flat_mean", "flat_median"]

_Array = NDArray[np.float64]


@compiled
def flat_mean(y: _Array, window: int, out: _Array) -> bool:
    """Fill `out` with the mean of the last `window` values, or of all there are."""
    out[:] = mean_of_last(y, window)
    return True


@compiled
def flat_median(y: _Array, window: int, out: _Array) -> bool:
    """Fill `out` with the median of the last `window` values, or of all there are."""
    out[:] = median_of(y[max(len(y) - window, 0) :].copy())
    return True
