"""How often a series is zero since its first amount, as every origin sees it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.history import has_ended

__all__ = ["fill_zero_counts"]

_Counts = NDArray[np.int64]


@compiled
def fill_zero_counts(
    values: NDArray[np.float64], columns: _Counts, season: int, zeros: _Counts, seen: _Counts
) -> None:
    """Set zeros and steps observed [N, C] of series [N, T] from the first amount to each column.

    Both 0 of a series that fell silent: its zeros are the end of it, not its way.
    """
    for i in range(len(values)):
        for k in range(len(columns)):
            past = values[i, : columns[k]]
            zeros[i, k], seen[i, k] = (0, 0) if has_ended(past, season) else _counts(past)


@compiled
def _counts(past: NDArray[np.float64]) -> tuple[int, int]:
    zeros, seen = 0, 0
    begun = False
    for value in past:
        begun = begun or (math.isfinite(value) and value != 0)
        if begun and math.isfinite(value):
            zeros += value == 0
            seen += 1
    return zeros, seen
