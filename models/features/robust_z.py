"""Part `robust_z`: how far a day is from the same weekday of the last weeks, in robust deviations.

|y - median of the last 4 same weekdays| / s, with s of the last 56 days' such distances: the larger
of 1.4826 median and 1.2533 mean of them, at least 1 % of the expected. The median alone would make
every run of a series that runs now and then infinitely strange.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.features.one_step import SMALLEST_SCALE
from models.features.schedule import SEASON
from models.features.trailing import trailing_median, weekday_median
from models.robust_scale import MEAN_TO_SD, MEDIAN_TO_SD

__all__ = ["ROBUST_Z_DAYS", "robust_z"]

_WEEKS = 4
_SCALE_DAYS = 56
#: Days before a day that its value depends on; a tail at least this long gives the same value.
ROBUST_Z_DAYS = _SCALE_DAYS + SEASON * _WEEKS


def robust_z(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of every day from the days before it and itself, [N, n]; 0 in the first two weeks.

    Parameters
    ----------
    y
        [N, n] finite.

    Examples
    --------
    >>> robust_z(np.r_[np.full(40, 10.0), 11.0][None])[0, -1].round(6)
    np.float64(10.0)
    """
    days = y.shape[1]
    value = np.zeros(y.shape)
    if days <= 2 * SEASON:
        return value
    expected = weekday_median(y, _WEEKS)[:, SEASON:]
    distance = np.abs(y[:, SEASON:] - expected)
    scale = np.maximum(
        MEDIAN_TO_SD * trailing_median(distance, _SCALE_DAYS)[:, :-1],
        MEAN_TO_SD * _trailing_mean(distance),
    )
    scale = np.fmax(scale, SMALLEST_SCALE * np.abs(expected))
    # a series that was always zero has no scale of its own: one unit of the measure
    value[:, SEASON:] = distance / np.where(scale > 0, scale, 1.0)
    value[:, : 2 * SEASON] = 0.0
    return value


def _trailing_mean(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the last 56 days before each day, of fewer where there are fewer, [N, n]."""
    ahead = np.pad(x, ((0, 0), (_SCALE_DAYS, 0)))
    sums = sliding_window_view(ahead[:, :-1], _SCALE_DAYS, axis=1).sum(axis=-1)
    mean: NDArray[np.float64] = sums / np.clip(np.arange(x.shape[1]), 1, _SCALE_DAYS)
    return mean
