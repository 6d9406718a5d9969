"""Spend of a series that never spent before: an event of its own, not a strange day. numpy only.

A new series has no past to be strange against, so no score can find it; and it is the first sign of
a new project, a leaked key or a resource in the wrong account.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SETTLED_DAYS", "FirstSeen", "first_seen"]

#: Observed days without spend (of the series, or of the whole panel where the series is new to it)
#: that make the next spend a first one: everything is new in the first two weeks of a ledger.
SETTLED_DAYS = 14


@dataclass(frozen=True)
class FirstSeen:
    """The first spend of a series.

    Parameters
    ----------
    row
        Of the series.
    first, told
        Numbers of the first day with spend, and of the day on which the sum since then reached the
        floor: what a night could tell on that day.
    amount
        Spend from the first day to the told one, both included.
    """

    row: int
    first: int
    told: int
    amount: float


def first_seen(
    value: NDArray[np.float64],
    *,
    floor_amount: float,
    settled_days: int = SETTLED_DAYS,
) -> tuple[FirstSeen, ...]:
    """First spend of every series that begins after the ledger has settled, by told day and row.

    A longer history changes no event told before: each is decided by the days up to its own.

    Parameters
    ----------
    value
        [N, T]; NaN = not observed.
    floor_amount
        Sum in the unit of the measure from which a new series is worth telling, spent on any number
        of days: a cent a day is told once it has become a sum.
    settled_days
        Observed days of the panel that come before anything counts as new.

    Examples
    --------
    >>> value = np.zeros((2, 30))
    >>> value[0] = 5.0
    >>> value[1, 20:] = 8.0
    >>> first_seen(value, floor_amount=20.0)
    (FirstSeen(row=1, first=20, told=22, amount=24.0),)
    """
    observed_days = np.isfinite(value).any(axis=0).cumsum()
    spend = np.nan_to_num(value)
    events = []
    for row in range(len(value)):
        days = np.flatnonzero(spend[row])
        if not days.size or observed_days[days[0]] <= settled_days:
            continue
        first = int(days[0])
        sums = spend[row, first:].cumsum()
        reached = np.flatnonzero((sums >= floor_amount) & (sums > 0))
        if reached.size:
            told = int(reached[0])
            events.append(FirstSeen(row, first, first + told, float(sums[told])))
    return tuple(sorted(events, key=lambda event: (event.told, event.row)))
