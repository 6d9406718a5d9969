"""Where a series starts and what stands in for a day that nobody delivered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.features.schedule import SEASON

__all__ = ["fill_gaps", "first_day"]


def first_day(value: NDArray[np.float64]) -> int | None:
    """Number of the first day with spend; without any, of the first observed day, or None.

    The zeros before a launch are no history: a series learns from its first spend on.

    Parameters
    ----------
    value
        [T], NaN = not observed.
    """
    observed = np.isfinite(value)
    spent = np.flatnonzero(observed & (value != 0))
    if spent.size:
        return int(spent[0])
    seen = np.flatnonzero(observed)
    return int(seen[0]) if seen.size else None


def fill_gaps(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each missing day as the same weekday a week earlier, in the first week as the day before.

    From earlier days only, so that cutting a history changes none of its filled days.

    Parameters
    ----------
    value
        [n], NaN = not observed; day 0 is observed.
    """
    filled = value.astype(np.float64)
    for day in np.flatnonzero(np.isnan(filled)):
        filled[day] = filled[day - SEASON] if day >= SEASON else filled[day - 1]
    return filled
