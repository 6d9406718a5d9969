"""The features of a day after a history, from the state the history left. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.daily_state import TAIL_DAYS, DailyState
from models.features.cusum import cusum_step, cusum_value
from models.features.expected import ordinary_interval
from models.features.forest_rows import RECENT_DAYS, forest_row
from models.features.lagged import lagged_level

__all__ = ["NextDay", "next_day"]


@dataclass(frozen=True)
class NextDay:
    """Features of one day of one series.

    Parameters
    ----------
    expected, lower, upper
        What was expected and the interval of ordinary days, in the unit of the measure.
    parts
        [4] values of ets, regression, cusum and lagged.
    row
        [5] what the forest sees.
    """

    expected: float
    lower: float
    upper: float
    parts: NDArray[np.float64]
    row: NDArray[np.float64]


def next_day(
    state: DailyState, series: int, *, history_days: int, step: int, value: float
) -> NextDay:
    """Features of a value on the day `step` days after the next one (0 = the next day).

    The days between are not known and taken as they were expected. A longer replay gives the same
    features for step 0.

    Parameters
    ----------
    series
        Row of the state.
    history_days
        Days of history of that series.
    """
    z = (value - state.regression_ahead[series, step]) / state.regression_scale[series]
    strange = abs(value - state.ets_ahead[series, step]) / state.ets_scale[series]
    sums = state.cusum[series : series + 1]
    for _ in range(step):
        sums = cusum_step(sums, np.zeros(1))
    drift = cusum_value(cusum_step(sums, np.array([z])))
    recent = np.r_[state.recent_z[series], np.zeros(step), z][-RECENT_DAYS - 1 :]
    one = slice(series, series + 1)
    expected = state.expected_ahead[one, step]
    lower, upper = ordinary_interval(expected, state.reach[one], state.smallest[one])
    lagged = _lagged(state, series, history_days, step, value)
    return NextDay(
        expected=float(expected[0]),
        lower=float(lower[0]),
        upper=float(upper[0]),
        parts=np.array([strange, abs(z), drift[0], lagged]),
        row=forest_row(np.array(strange), recent, drift[0]),
    )


def _lagged(state: DailyState, series: int, history_days: int, step: int, value: float) -> float:
    tail = state.tail[series][-min(history_days, TAIL_DAYS) :]
    y = np.r_[tail, state.expected_ahead[series, :step], value][None, :]
    first = history_days + step + 1 - y.shape[1]
    return float(lagged_level(y, state.unit[series : series + 1], first)[0, -1])
