"""Part `ets`: exponential smoothing with level and additive weekdays, ETS(A,N,A).

e = y - l - S;  l += a e;  S += g e  (Hyndman et al., "Forecasting with Exponential Smoothing",
2008). The smoothing weights are chosen per series on a grid by least squares, again every 28 days.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.features.one_step import OneStep, usable_scale
from models.features.schedule import SEASON, WARM_UP_DAYS, spans_of_fits

__all__ = ["ets_one_step"]

#: Grid of level and season weights.
_LEVEL = np.array([0.05, 0.1, 0.2, 0.4, 0.7])
_SEASONAL = np.array([0.02, 0.1, 0.3])
#: Days between choices of the weights.
_RECHOOSE_DAYS = 28
#: Days of errors that the scale is taken over: a quarter.
_SCALE_DAYS = 91


def ets_one_step(y: NDArray[np.float64], ahead: int, warm_up: int = WARM_UP_DAYS) -> OneStep:
    """One-step forecasts of exponential smoothing; after the end l + S of the weekday.

    Parameters
    ----------
    y
        [N, n] finite, n >= 1.
    ahead
        A days after the end to forecast.
    warm_up
        Day of the first choice of weights.
    """
    series, days = y.shape
    errors, after = _run_grid(y, ahead)
    squares = np.zeros((*errors.shape[:2], days + 1))
    np.cumsum(errors**2, axis=2, out=squares[:, :, 1:])
    mean_size = np.cumsum(np.abs(y), axis=1) / np.arange(1, days + 1)
    forecast = np.empty((series, days + ahead))
    scale = np.empty((series, days + 1))
    for fit, span in spans_of_fits(days, _RECHOOSE_DAYS, ahead, warm_up):
        choice = squares[:, :, fit].argmin(axis=1)
        chosen = np.arange(series), choice
        history = slice(span.start, min(span.stop, days))
        forecast[:, history] = y[:, history] - errors[chosen][:, history]
        days_of_span = np.arange(span.start, min(span.stop, days + 1))
        size = _recent_size(squares[chosen], days_of_span)
        # of day 0 nothing is known: its own size stands in, and it is never scored
        mean = mean_size[:, np.maximum(days_of_span - 1, 0)]
        scale[:, days_of_span] = usable_scale(size, mean)
        if span.stop > days:
            forecast[:, days:] = after[chosen]
    return OneStep(forecast, scale)


def _run_grid(
    y: NDArray[np.float64], ahead: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Errors [N, G, n] and forecasts after the end [N, G, A] for each pair of weights."""
    level_weight = np.repeat(_LEVEL, len(_SEASONAL))
    season_weight = np.tile(_SEASONAL, len(_LEVEL))
    series, days = y.shape
    first = y[:, :SEASON]
    level = np.repeat(first.mean(axis=1)[:, None], len(level_weight), axis=1)  # [N, G]
    season = np.zeros((SEASON, series, len(level_weight)))
    season[: first.shape[1]] = (first - level[:, :1]).T[:, :, None]
    errors = np.empty((days, series, len(level_weight)))
    for day in range(days):
        effect = season[day % SEASON]
        error = np.subtract(y[:, day, None] - level, effect, out=errors[day])
        level += level_weight * error
        effect += season_weight * error
    after = np.stack([level + season[(days + step) % SEASON] for step in range(ahead)], axis=2)
    return errors.transpose(1, 2, 0), after


def _recent_size(squares: NDArray[np.float64], days: NDArray[np.intp]) -> NDArray[np.float64]:
    """Root mean square of the last 91 errors before each day, [N, len(days)].

    The first week's errors are zero by construction and do not count.
    """
    start = np.clip(days - _SCALE_DAYS, SEASON, None)
    count = np.maximum(days - start, 1)
    total = squares[:, days] - squares[:, np.minimum(start, days)]
    size: NDArray[np.float64] = np.sqrt(np.maximum(total, 0.0) / count)
    return size
