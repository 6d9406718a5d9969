"""What was expected of a day, and how far ordinary days are from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.features.one_step import OneStep, usable_scale
from models.features.trailing import weekday_ahead, weekday_median

__all__ = ["expected_values", "ordinary_interval", "ordinary_reach", "smallest_before"]

_WEEKS = 4
#: The interval holds this share of the days of the last year.
_REACH_SHARE = 0.97
_REACH_DAYS = 365


def expected_values(
    y: NDArray[np.float64], regression: OneStep, ets: OneStep, ahead: int
) -> NDArray[np.float64]:
    """Median of three one-step forecasts, [N, n + A]; not negative where the history never is.

    The third voter is the median of the last four same weekdays: it does not know the echo of a
    spike that the other two expect a week later, nor their overshooting after a step.
    """
    weekday = np.hstack([weekday_median(y, _WEEKS), weekday_ahead(y, _WEEKS, ahead)])
    both = 0.5 * (regression.forecast + ets.forecast)
    voters = np.stack(
        [regression.forecast, ets.forecast, np.where(np.isnan(weekday), both, weekday)]
    )
    voters.sort(axis=0)
    middle: NDArray[np.float64] = voters[1]
    return np.where(smallest_before(y, ahead) >= 0, np.maximum(middle, 0.0), middle)


def smallest_before(y: NDArray[np.float64], ahead: int) -> NDArray[np.float64]:
    """Smallest value before each day of the history and A days after it, [N, n + A]; 0 at most."""
    zeros = np.zeros((len(y), 1))
    smallest = np.minimum.accumulate(np.hstack([zeros, y]), axis=1)
    return np.hstack([smallest, np.repeat(smallest[:, -1:], ahead - 1, axis=1)])


def ordinary_reach(y: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance from the expected that 97 % of the last year's days kept, [N, n + 1].

    Of the days before each day and before the next one. A quantile of the series' own distances:
    a bursty series gets a wide interval and a calm one a narrow one, and the few days of an anomaly
    hardly widen it. At least 1 % of the mean spend.
    """
    series, days = y.shape
    distance = np.abs(y - expected[:, :days])
    mean = np.cumsum(np.abs(y), axis=1) / np.arange(1, days + 1)
    reach = np.zeros((series, days + 1))
    for day in range(1, days + 1):
        known = distance[:, max(day - _REACH_DAYS, 0) : day]
        count = known.shape[1]
        place = min(int(np.ceil(_REACH_SHARE * (count + 1))), count) - 1
        reach[:, day] = np.partition(known, place, axis=1)[:, place]
    return usable_scale(reach, np.hstack([mean[:, :1], mean]))


def ordinary_interval(
    expected: NDArray[np.float64], reach: NDArray[np.float64], smallest: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval (lower, upper) of ordinary days; from 0 where the history is never negative."""
    lower = expected - reach
    return np.where(smallest >= 0, np.maximum(lower, 0.0), lower), expected + reach
