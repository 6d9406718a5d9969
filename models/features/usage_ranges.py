"""Where the ratios of usage lie before every day: the last eight weeks of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.features.usage_novelty import UsageRanges
from models.kernels.trailing_range import trailing_range

__all__ = ["usage_ranges"]

#: Days looked back on, and how many of them have to be known.
_WINDOW_DAYS, _FEWEST_DAYS = 56, 14

_Array = NDArray[np.float64]


def usage_ranges(ratios: _Array) -> UsageRanges:
    """Ranges [N, T + 1, R] of ratios [N, T, R] before each day and before the next one."""
    series, days, count = ratios.shape
    center, spread = (np.full((series, days + 1, count), np.nan) for _ in range(2))
    for row, ratio in zip(*np.nonzero(np.isfinite(ratios).any(axis=1)), strict=True):
        values = np.ascontiguousarray(ratios[row, :, ratio])
        center[row, :, ratio], spread[row, :, ratio] = trailing_range(
            values, _WINDOW_DAYS, _FEWEST_DAYS
        )
    return UsageRanges(center, spread)
