"""Accuracy figures of point and quantile forecasts. NaN = not measured."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["bias", "coverage", "mase_scale", "mean_absolute", "pinball", "wape"]

_Array = NDArray[np.float64]

#: A seasonal-naive error below this share of the series' mean is no yardstick.
_SMALLEST_SCALE = 1e-3


def mase_scale(value: _Array, season: int) -> float:
    """Mean |y[t] - y[t - m]| over the whole observed history [T] (NaN = not observed).

    Hyndman and Koehler, IJF 22 (2006). NaN where there is no pair, or where the scale is less than
    0.1 % of the mean: a ratio to almost nothing measures nothing.
    """
    lag = season if len(value) > season else 1
    change = np.abs(value[lag:] - value[:-lag])
    change = change[np.isfinite(change)]
    seen = value[np.isfinite(value)]
    if not len(change) or change.mean() <= _SMALLEST_SCALE * np.abs(seen).mean():
        return math.nan
    return float(change.mean())


def mean_absolute(error: _Array) -> _Array:
    """[...] mean |error| over the last axis, of what is finite; NaN where nothing is."""
    known = np.isfinite(error)
    count = known.sum(axis=-1)
    total = np.where(known, np.abs(error), 0.0).sum(axis=-1)
    mean: _Array = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def wape(forecast: _Array, actual: _Array) -> float:
    """Sum |f - y| / sum |y| over all cells with truth."""
    return _ratio(np.abs(forecast - actual), actual)


def bias(forecast: _Array, actual: _Array) -> float:
    """Sum (f - y) / sum |y| over all cells with truth; positive = forecast too high."""
    return _ratio(forecast - actual, actual)


def pinball(quantiles: _Array, levels: _Array, actual: _Array) -> float:
    """Mean of max(q (y - f), (q - 1)(y - f)) over cells and levels; quantiles are [..., Q]."""
    error = actual[..., None] - quantiles
    loss = np.maximum(levels * error, (levels - 1) * error)
    known = loss[np.isfinite(loss)]
    return float(known.mean()) if len(known) else math.nan


def coverage(lower: _Array, upper: _Array, actual: _Array) -> float:
    """Share of cells with truth that lie in [lower, upper]."""
    known = np.isfinite(actual) & np.isfinite(lower) & np.isfinite(upper)
    if not known.any():
        return math.nan
    return float(((actual >= lower) & (actual <= upper))[known].mean())


def _ratio(part: _Array, actual: _Array) -> float:
    known = np.isfinite(part) & np.isfinite(actual)
    whole = float(np.abs(actual[known]).sum())
    return float(part[known].sum()) / whole if whole > 0 else math.nan
