"""Demand in fits and starts: its size and its chance, each smoothed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["intermittent"]

_Array = NDArray[np.float64]

#: Smoothing of the size of a demand and of the chance that there is one.
_DEMAND = 0.1
_PROBABILITY = 0.1


@compiled
def intermittent(y: _Array, out: _Array) -> bool:
    """Teunter, Syntetos and Babai, EJOR 214 (2011): z * p, flat; False for negative histories.

    z += 0.1 (y - z) where there is demand; p += 0.1 (1[y > 0] - p) always; both start at the first
    observation of their kind.
    """
    size, chance, begun = 0.0, 0.0, False
    for t in range(len(y)):
        value = y[t]
        if value < 0:
            return False
        happened = 1.0 if value > 0 else 0.0
        chance = happened if t == 0 else _PROBABILITY * happened + (1 - _PROBABILITY) * chance
        if value > 0:
            size = _DEMAND * value + (1 - _DEMAND) * size if begun else value
            begun = True
    out[:] = size * chance
    return True
