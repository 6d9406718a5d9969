"""Single wild values: replaced by what is usual at their phase, never on sparse series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.median import median_of
from models.robust_scale import MEDIAN_TO_SD

__all__ = ["clean_spikes"]

_Array = NDArray[np.float64]

#: From this share of zeros on, a series is nothing but spikes: cleaning was measured to cost 25 %.
_SPARSE = 0.3
#: Seasons before and after, whose median is usual.
_SEASONS = 3
#: A spike is this many robust standard deviations off ...
_WILD = 10.0
#: ... each at least this share of the mean.
_LEAST_SPREAD = 0.05
#: More in a row are no spike.
_LONGEST_RUN = 2


@compiled
def clean_spikes(y: _Array, season: int) -> _Array:
    """`y` [n] with runs of one or two wild values replaced by the median of their phase."""
    n = len(y)
    usual, distance = _usual(y, season), np.empty(n)
    zeros, total = 0, 0.0
    for t in range(n):
        zeros += y[t] == 0
        total += abs(y[t])
        distance[t] = abs(y[t] - usual[t])
    if zeros >= _SPARSE * n:
        return y
    spread = MEDIAN_TO_SD * median_of(distance.copy())
    limit = _WILD * max(spread, _LEAST_SPREAD * total / n)
    cleaned = y.copy()
    start = 0
    while start < n:
        stop = start
        while stop < n and distance[stop] > limit:
            stop += 1
        if stop - start <= _LONGEST_RUN:
            for t in range(start, stop):
                cleaned[t] = usual[t]
        start = max(stop, start + 1)
    return cleaned


@compiled
def _usual(y: _Array, season: int) -> _Array:
    """[n] median of the values at most three seasons away, of the same phase."""
    n = len(y)
    usual, near = np.empty(n), np.empty(2 * _SEASONS + 1)
    for t in range(n):
        count = 0
        for away in range(-_SEASONS, _SEASONS + 1):
            other = t + away * season
            if 0 <= other < n:
                near[count] = y[other]
                count += 1
        usual[t] = median_of(near[:count])
    return usual
