"""The mean of the latest values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["mean_of_last"]


@compiled
def mean_of_last(y: NDArray[np.float64], window: int) -> float:
    """Mean of the last `window` values of [n], n >= 1, or of all there are."""
    first = max(len(y) - window, 0)
    total = 0.0
    for t in range(first, len(y)):
        total += y[t]
    return total / (len(y) - first)
