"""Simple exponential smoothing: one level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.lanes import ALPHAS, SETTLE, first_level, lowest, step_levels

__all__ = ["level_smoothing", "smoothed_level"]

_Array = NDArray[np.float64]


@compiled
def smoothed_level(y: _Array) -> tuple[float, float]:
    """Level after the end and its loss: l += alpha * e, alpha by the least sum of |e|^1.5.

    ETS(A,N,N): Hyndman et al., Forecasting with Exponential Smoothing (2008), table 2.1.
    """
    lanes = len(ALPHAS)
    level, loss = np.empty(lanes), np.zeros(lanes)
    first = first_level(y)
    for lane in range(lanes):
        level[lane] = first
    settled = min(SETTLE, len(y) // 3)
    for t in range(len(y)):
        if t == settled:
            for lane in range(lanes):
                loss[lane] = 0.0
        step_levels(y[t], ALPHAS, level, loss)
    best = lowest(loss)
    return level[best], loss[best]


@compiled
def level_smoothing(y: _Array, out: _Array) -> bool:
    """Fill `out` with the smoothed level."""
    out[:] = smoothed_level(y)[0]
    return True
