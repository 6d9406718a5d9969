"""Whether the dearest run of a day is dearer than the runs before it.

The last week does not count: on its second day a run that does not stop is no dearer than on its
first, and is as strange.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["RECENT_DAYS", "largest_before", "run_days_before"]

#: Days before a day that its record is not measured against.
RECENT_DAYS = 7

_Array = NDArray[np.float64]


def largest_before(largest_run: _Array) -> _Array:
    """Dearest run more than a week before each day and before the next one, [N, T + 1].

    0 where there was none.

    >>> largest_before(np.array([[np.nan, 5.0, 3.0] + 6 * [np.nan]]))[0]
    array([0., 0., 0., 0., 0., 0., 0., 0., 0., 5.])
    """
    series, days = largest_run.shape
    so_far = np.zeros((series, days + 1))
    ended = np.nan_to_num(largest_run[:, : max(days - RECENT_DAYS, 0)])
    so_far[:, RECENT_DAYS + 1 :] = np.maximum.accumulate(ended, axis=1)
    return so_far


def run_days_before(largest_run: _Array) -> NDArray[np.int64]:
    """Days with a run more than a week before each day and before the next one, [N, T + 1]."""
    series, days = largest_run.shape
    counted = np.zeros((series, days + 1), np.int64)
    ended = largest_run[:, : max(days - RECENT_DAYS, 0)] > 0
    counted[:, RECENT_DAYS + 1 :] = np.cumsum(ended, axis=1, dtype=np.int64)
    return counted
