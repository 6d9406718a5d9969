"""Part `regression`: a piecewise linear trend with weekdays, refitted every week.

Ridge regression in the unit of the measure on [1, t/s, max(t/s - k, 0), weekday]: the trend and
season of Prophet without sampling (Taylor and Letham, "Forecasting at scale", 2018). In raw
amounts, because under a logarithm every idle day is a huge outlier.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.features.one_step import OneStep, usable_scale
from models.features.schedule import REFIT_DAYS, SEASON, WARM_UP_DAYS, spans_of_fits

__all__ = ["regression_one_step"]

#: Where the trend may bend, as shares of the history; none in the last fifth, which would be bent
#: by its last few days.
_HINGES = np.arange(1, 11) * 0.08
#: Ridge penalties: hardly any on level and slope, some on bends, a little on weekdays.
_PENALTY = np.r_[[1e-6, 1e-6], np.full(len(_HINGES), 2.0), np.full(SEASON, 0.1)]


def regression_one_step(y: NDArray[np.float64], ahead: int, warm_up: int = WARM_UP_DAYS) -> OneStep:
    """One-step forecasts of the regression.

    The days before the first fit get its in-sample forecasts: they are never scored.

    Parameters
    ----------
    y
        [N, n] finite, n >= 1.
    ahead
        A days after the end to forecast.
    warm_up
        Day of the first fit.
    """
    series, days = y.shape
    forecast = np.empty((series, days + ahead))
    scale = np.empty((series, days + ahead))
    for fit, span in spans_of_fits(days, REFIT_DAYS, ahead, warm_up):
        design = _design(np.arange(fit), fit)
        history = y[:, :fit]
        gram = design.T @ design + np.diag(_PENALTY)
        weights = np.linalg.solve(gram, design.T @ history.T)  # [C, N]
        residual = history - (design @ weights).T
        forecast[:, span] = _values(_design(np.arange(span.start, span.stop), fit), weights)
        scale[:, span] = usable_scale(residual.std(axis=1), np.abs(history).mean(axis=1))[:, None]
    return OneStep(forecast, scale[:, : days + 1])


def _values(design: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """[N, t] of a design [t, C] and weights [C, N], column by column.

    Not `design @ weights`, whose last digits depend on how many days are asked for: a longer
    history would change the values of earlier days, and with them the order of ties.
    """
    total = np.zeros((weights.shape[1], len(design)))
    for column, weight in zip(design.T, weights, strict=True):
        total += weight[:, None] * column
    return total


def _design(t: NDArray[np.intp], fit: int) -> NDArray[np.float64]:
    """Columns of the regression for days t of a fit on the days before `fit`, [len(t), C]."""
    share = t[:, None] / fit
    weekday = (t[:, None] % SEASON == np.arange(SEASON)).astype(np.float64)
    return np.hstack([np.ones_like(share), share, np.maximum(share - _HINGES, 0.0), weekday])
