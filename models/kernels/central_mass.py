"""The mean of the middle of the members' weight, step by step."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["fill_central_mass"]

_Array = NDArray[np.float64]


@compiled
def fill_central_mass(forecasts: _Array, weights: _Array, trim: float, out: _Array) -> None:
    """Set out [R, H] from forecasts [R, M, H] and weights [R, M] that sum to 1.

    Only the mass between the quantile `trim` and its mirror image counts. NaN where a forecast is.
    """
    rows, members, steps = forecasts.shape
    values, masses = np.empty(members), np.empty(members)
    for row in range(rows):
        for h in range(steps):
            sound = True
            for j in range(members):
                value = forecasts[row, j, h]
                sound = sound and math.isfinite(value)
                place = j
                while place > 0 and values[place - 1] > value:
                    values[place], masses[place] = values[place - 1], masses[place - 1]
                    place -= 1
                values[place], masses[place] = value, weights[row, j]
            out[row, h] = _middle(values, masses, trim) if sound else np.nan


@compiled
def _middle(values: _Array, masses: _Array, trim: float) -> float:
    """Mean of sorted values over the mass between `trim` and 1 - `trim`."""
    lower, total, inside = 0.0, 0.0, 0.0
    for j in range(len(values)):
        upper = lower + masses[j]
        mass = max(min(upper, 1 - trim) - max(lower, trim), 0.0)
        total += values[j] * mass
        inside += mass
        lower = upper
    return total / inside
