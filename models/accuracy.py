"""Accuracy of a panel's rolling-origin forecasts, per series and over all money."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.metrics import bias, mean_absolute, wape

__all__ = ["panel_accuracy", "series_mase", "series_wape", "truth_sums"]

_Array = NDArray[np.float64]


def panel_accuracy(forecast: _Array, actual: _Array, scale: _Array) -> dict[str, float]:
    """mase, wape, wape_sum and bias of forecasts [N, K, H] against truth (NaN = none).

    mase is the mean over series (scale [N], `models.metrics.mase_scale`); the others weigh by
    money. wape_sum is about the sum over each origin's days with truth: sum |sum f - sum y| / sum
    |y|.
    """
    mase = series_mase(forecast, actual, scale)
    measured = mase[np.isfinite(mase)]
    return {
        "mase": float(measured.mean()) if len(measured) else math.nan,
        "wape": wape(forecast, actual),
        "wape_sum": wape(*truth_sums(forecast, actual)),
        "bias": bias(forecast, actual),
    }


def series_mase(forecast: _Array, actual: _Array, scale: _Array) -> _Array:
    """[N] mean over origins of the mean absolute error, over the scale [N]."""
    error = mean_absolute(forecast - actual)  # [N, K]
    mase: _Array = mean_absolute(error) / scale
    return mase


def series_wape(forecast: _Array, actual: _Array) -> _Array:
    """[N] sum |f - y| / sum |y| of each series."""
    return np.array([wape(f, y) for f, y in zip(forecast, actual, strict=True)])


def truth_sums(forecast: _Array, actual: _Array) -> tuple[_Array, _Array]:
    """[N, K] sums of forecast and truth over the days with truth; NaN where there are none."""
    known = np.isfinite(actual) & np.isfinite(forecast)
    any_known: NDArray[np.bool_] = np.any(known, axis=-1)
    sums = [np.where(known, cells, 0.0).sum(axis=-1) for cells in (forecast, actual)]
    return np.where(any_known, sums[0], np.nan), np.where(any_known, sums[1], np.nan)
