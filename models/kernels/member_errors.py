"""How far every member was off: the mean size of its errors and the size of their mean."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["fill_member_errors"]

_Array = NDArray[np.float64]


@compiled
def fill_member_errors(forecasts: _Array, actual: _Array, sizes: _Array, biases: _Array) -> None:
    """Set sizes and biases [N, K, M] from forecasts [N, K, M, H] and truth [N, K, H].

    sizes = mean |f - y|, biases = |mean (f - y)| over the steps with forecast and truth; NaN and 0
    where there are none.
    """
    series, origins, members, _ = forecasts.shape
    for i in range(series):
        for k in range(origins):
            for j in range(members):
                size, bias = _errors(forecasts[i, k, j], actual[i, k])
                sizes[i, k, j], biases[i, k, j] = size, bias


@compiled
def _errors(forecast: _Array, actual: _Array) -> tuple[float, float]:
    size, total, known = 0.0, 0.0, 0
    for h in range(len(actual)):
        error = forecast[h] - actual[h]
        if math.isfinite(error):
            size += abs(error)
            total += error
            known += 1
    return (size / known, abs(total) / known) if known > 0 else (np.nan, 0.0)
