"""The median, without a copy and without sorting everything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["median_of"]


@compiled
def median_of(values: NDArray[np.float64]) -> float:
    """Median of finite values [n], n >= 1, which it leaves in another order.

    Hoare's selection, Communications of the ACM 4 (1961), algorithm 65.
    """
    middle, low, high = len(values) // 2, 0, len(values) - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            break
    upper: float = values[middle]
    if len(values) % 2:
        return upper
    lower: float = values[0]
    for i in range(1, middle):
        lower = max(lower, values[i])
    return lower + (upper - lower) / 2
