"""How strange each day of a history was, and the state it leaves for the days after it.

Every value of a day comes from the days before it and the day itself: a longer history changes none
of them, apart from the warm-up, which is never scored. numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.daily_state import AHEAD_DAYS, NEVER, TAIL_DAYS, DailyState
from models.features.cusum import cusum_trace, cusum_value
from models.features.ets import ets_one_step
from models.features.expected import expected_values, ordinary_reach, smallest_before
from models.features.forest_rows import RECENT_DAYS, forest_rows
from models.features.lagged import lagged_level, lagged_unit
from models.features.one_step import OneStep
from models.features.regression import regression_one_step
from models.features.schedule import WARM_UP_DAYS

__all__ = ["DailyTrace", "state_after", "trace_days"]


@dataclass(frozen=True)
class DailyTrace:
    """Features of N series of n days each.

    Parameters
    ----------
    y
        [N, n] the history, gaps filled.
    regression, ets
        The two one-step forecasters.
    expected, reach
        [N, n + A] and [N, n + 1] of `models.features.expected`.
    smallest
        [N, n + 1] smallest value before each day, 0 at most.
    cusum
        [N, n, 2] drift sums after each day.
    parts
        [N, n, 4] values of ets, regression, cusum and lagged: higher = stranger.
    rows
        [N, n, 5] what the forest sees.
    """

    y: NDArray[np.float64]
    regression: OneStep
    ets: OneStep
    expected: NDArray[np.float64]
    reach: NDArray[np.float64]
    smallest: NDArray[np.float64]
    cusum: NDArray[np.float64]
    parts: NDArray[np.float64]
    rows: NDArray[np.float64]


def trace_days(y: NDArray[np.float64], *, warm_up: int = WARM_UP_DAYS) -> DailyTrace:
    """Features of histories of the same length, [N, n >= 1] finite.

    From day `warm_up` on (of the first fit) a day's features come from the days before it.

    >>> flat = trace_days(np.full((1, 60), 5.0))
    >>> bool(flat.parts.max() < 0.1), flat.expected[0, -1].round(3)
    (True, np.float64(5.0))
    """
    if y.ndim != 2 or y.shape[1] < 1 or not np.isfinite(y).all():
        raise ValueError(f"got a history of shape {y.shape}, wanted [N, n >= 1] finite values")
    regression = regression_one_step(y, AHEAD_DAYS, warm_up)
    ets = ets_one_step(y, AHEAD_DAYS, warm_up)
    expected = expected_values(y, regression, ets, AHEAD_DAYS)
    z = regression.standardised(y)
    strange = np.abs(ets.standardised(y))
    cusum = cusum_trace(z)
    lagged = lagged_level(y, lagged_unit(y))
    drift = cusum_value(cusum)
    return DailyTrace(
        y=y,
        regression=regression,
        ets=ets,
        expected=expected,
        reach=ordinary_reach(y, expected),
        smallest=smallest_before(y, 1),
        cusum=cusum,
        parts=np.stack([strange, np.abs(z), drift, lagged], axis=2),
        rows=forest_rows(strange, z, drift),
    )


def state_after(trace: DailyTrace) -> DailyState:
    """State for the days after the trace, without any alert yet."""
    series, days = trace.y.shape
    tail = np.full((series, TAIL_DAYS), np.nan)
    kept = min(days, TAIL_DAYS)
    tail[:, TAIL_DAYS - kept :] = trace.y[:, days - kept :]
    z = trace.regression.standardised(trace.y)
    recent = np.hstack([np.zeros((series, RECENT_DAYS)), z])[:, -RECENT_DAYS:]
    return DailyState(
        regression_ahead=trace.regression.forecast[:, days:],
        ets_ahead=trace.ets.forecast[:, days:],
        expected_ahead=trace.expected[:, days:],
        regression_scale=trace.regression.scale[:, days],
        ets_scale=trace.ets.scale[:, days],
        reach=trace.reach[:, days],
        smallest=trace.smallest[:, days],
        recent_z=recent,
        cusum=trace.cusum[:, -1],
        tail=tail,
        unit=lagged_unit(trace.y),
        alert_age=np.full(series, NEVER, np.int64),
        alert_score=np.zeros(series),
    )
