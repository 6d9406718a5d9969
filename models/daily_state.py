"""What a daily detector remembers of its series to score the days that come."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from models.features.forest_rows import RECENT_DAYS

__all__ = ["AHEAD_DAYS", "NEVER", "TAIL_DAYS", "DailyState"]

#: Days after the replay that can still be scored from the stored state.
AHEAD_DAYS = 31
#: Days of history that the lagged level looks back on: residuals of 56 days, each minus a weekday
#: effect of 8 weeks of deviations, each from a 28-day median, and two weeks to spare.
TAIL_DAYS = 154
#: `alert_age` of a series that never alerted.
NEVER = 1_000_000


@dataclass(frozen=True)
class DailyState:
    """State of N series before the next day, A days ahead at most.

    Parameters
    ----------
    regression_ahead, ets_ahead
        [N, A] one-step forecasts of the regression and of exponential smoothing, from the fits
        that the next day is scored with; in the unit of the measure.
    expected_ahead
        [N, A] what is expected: the median of the one-step forecasts.
    regression_scale, ets_scale
        [N] what a residual is divided by.
    reach
        [N] half width of the interval of ordinary days.
    smallest
        [N] smallest value of the history, 0 at most.
    recent_z
        [N, 6] standardised regression residuals of the last days, oldest first; 0 before the start.
    cusum
        [N, 2] upward and downward drift sums.
    tail
        [N, L] last days with gaps filled, right-aligned; NaN before the start.
    unit
        [N] amount that the lagged level is measured in.
    alert_age
        [N] days from the last alert to the next day; `NEVER` if there was none.
    alert_score
        [N] score of that alert; 0 if there was none.
    """

    regression_ahead: NDArray[np.float64]
    ets_ahead: NDArray[np.float64]
    expected_ahead: NDArray[np.float64]
    regression_scale: NDArray[np.float64]
    ets_scale: NDArray[np.float64]
    reach: NDArray[np.float64]
    smallest: NDArray[np.float64]
    recent_z: NDArray[np.float64]
    cusum: NDArray[np.float64]
    tail: NDArray[np.float64]
    unit: NDArray[np.float64]
    alert_age: NDArray[np.int64]
    alert_score: NDArray[np.float64]

    def __post_init__(self) -> None:
        lengths = {field.name: len(getattr(self, field.name)) for field in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"the arrays of a state describe the same series, got {lengths}")

    @classmethod
    def blank(cls, series: int) -> DailyState:
        """State of series without any history: nothing expected, NaN."""
        ahead, one = np.full((series, AHEAD_DAYS), np.nan), np.full(series, np.nan)
        return cls(
            regression_ahead=ahead.copy(),
            ets_ahead=ahead.copy(),
            expected_ahead=ahead.copy(),
            regression_scale=one.copy(),
            ets_scale=one.copy(),
            reach=one.copy(),
            smallest=np.zeros(series),
            recent_z=np.zeros((series, RECENT_DAYS)),
            cusum=np.zeros((series, 2)),
            tail=np.full((series, TAIL_DAYS), np.nan),
            unit=np.ones(series),
            alert_age=np.full(series, NEVER, np.int64),
            alert_score=np.zeros(series),
        )
