"""Part `lagged`: the last week's level against the level weeks before, for steps and drifts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.features.schedule import WARM_UP_DAYS
from models.features.trailing import trailing_median, weekday_median
from models.robust_scale import MEDIAN_TO_SD

__all__ = ["lagged_level", "lagged_unit"]

#: The unit of the transform: this share of the median spend of the warm-up. asinh is linear below
#: it and logarithmic above.
_UNIT_SHARE = 0.1
_SMALLEST_SPREAD = 0.1
_RESIDUAL_DAYS = 56
_LEVEL_DAYS = 28
_WEEKDAY_WEEKS = 8
_FULL_DAYS = 42


def lagged_unit(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amount that each series is measured in, [N]: a tenth of its median non-zero warm-up day.

    One where the whole warm-up was zero.
    """
    warm_up = y[:, :WARM_UP_DAYS]
    unit = np.ones(len(y))
    for row, values in enumerate(warm_up):
        spent = np.abs(values[values != 0])
        if spent.size:
            unit[row] = _UNIT_SHARE * np.median(spent)
    return unit


def lagged_level(
    y: NDArray[np.float64], unit: NDArray[np.float64], first_day: int = 0
) -> NDArray[np.float64]:
    """2 |median of the last 7 days - median of days t-41..t-14| / s, [N, n].

    Of x = asinh(y / unit), with s = max(1.4826 MAD, 0.1) of the last 56 residuals, each x minus the
    median of the 28 days before and minus the median deviation of its weekday, shrunk by
    c / (c + 1) for c weeks. On days 28 to 41 the earlier level is of days t-27..t-7; before day 28
    the value is 0.

    Parameters
    ----------
    y
        [N, n] finite.
    unit
        [N] from `lagged_unit`.
    first_day
        Number of the day that y starts with, where y is only the tail of a history.
    """
    x = np.arcsinh(y / unit[:, None])
    days = x.shape[1]
    deviation = x - trailing_median(x, _LEVEL_DAYS)[:, :days]
    deviation[:, :1] = 0.0  # nothing comes before day 0
    weeks = np.minimum(np.arange(days) // 7, _WEEKDAY_WEEKS)
    effect = np.nan_to_num(weekday_median(deviation, _WEEKDAY_WEEKS)) * (weeks / (weeks + 1))
    residual_size = trailing_median(np.abs(deviation - effect), _RESIDUAL_DAYS)[:, :days]
    spread = np.fmax(MEDIAN_TO_SD * residual_size, _SMALLEST_SPREAD)
    short = trailing_median(x, 7)[:, 1:]
    value = 2.0 * np.abs(short - _earlier_level(x, first_day)) / spread
    return np.where(np.arange(days) + first_day >= WARM_UP_DAYS, value, 0.0)


def _earlier_level(x: NDArray[np.float64], first_day: int) -> NDArray[np.float64]:
    days = np.arange(x.shape[1])
    late = trailing_median(x, 28)[:, np.maximum(days - 13, 0)]
    early = trailing_median(x, 21)[:, np.maximum(days - 6, 0)]
    return np.where(days + first_day >= _FULL_DAYS, late, early)
