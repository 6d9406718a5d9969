"""What the same time of earlier days says, found by the clock and not by counting rows.

A slot is a step of the clock since the first row. Rows that are missing leave their slot empty, a
row whose slot is taken changes nothing: gaps and doubled time stamps do not shift the season.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.median import median_of

__all__ = ["profile_novelty", "rows_of_slots", "season_residual"]

_Array = NDArray[np.float64]
_Numbers = NDArray[np.int64]

#: Days back that the season is taken from, and that a profile is compared with.
SEASON_DAYS = 14
PROFILE_DAYS = 30


@compiled
def rows_of_slots(slot: _Numbers) -> _Numbers:
    """First row of each slot up to the last one, -1 where there is none."""
    rows = np.full(slot.max() + 1, -1, np.int64)
    for t in range(len(slot)):
        if rows[slot[t]] < 0:
            rows[slot[t]] = t
    return rows


@compiled
def season_residual(x: _Array, slot: _Numbers, day: int, reach: int, start: int) -> _Array:
    """x_t less the median of x around the same time of the 14 days before, from row `start`.

    Slots slot_t - k day + o with k = 1..14 and |o| <= reach; empty ones are left out; 0 where all
    are. `day` is in slots.
    """
    row_of = rows_of_slots(slot)
    near = np.empty(SEASON_DAYS * (2 * reach + 1))
    residual = np.zeros(max(len(x) - start, 0))
    for t in range(start, len(x)):
        count = 0
        for back in range(1, SEASON_DAYS + 1):
            for offset in range(-reach, reach + 1):
                at = slot[t] - back * day + offset
                if at >= 0 and 0 <= row_of[at] < t:
                    near[count] = x[row_of[at]]
                    count += 1
        if count:
            residual[t - start] = x[t] - median_of(near[:count])
    return residual


@compiled
def profile_novelty(
    x: _Array, slot: _Numbers, day: int, reach: int, window: int, start: int
) -> _Array:
    """Distance of the last `window` rows to the nearest ones at the same time of 30 days.

    min over k = 1..30, |o| <= reach of the Euclidean distance between the rows that end at t and
    those that end at slot_t - k day + o, from row `start`; 0 where there are none.
    """
    row_of = rows_of_slots(slot)
    novelty = np.zeros(max(len(x) - start, 0))
    for t in range(max(start, window - 1), len(x)):
        nearest = math.inf
        for back in range(1, PROFILE_DAYS + 1):
            for offset in range(-reach, reach + 1):
                at = slot[t] - back * day + offset
                if at < 0 or row_of[at] < window - 1 or row_of[at] >= t:
                    continue
                end, distance = row_of[at], 0.0
                for i in range(window):
                    distance += (x[t - i] - x[end - i]) ** 2
                    if distance >= nearest:
                        break
                nearest = min(nearest, distance)
        if nearest < math.inf:
            novelty[t - start] = math.sqrt(nearest)
    return novelty
