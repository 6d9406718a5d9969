"""Forecasts of a total: of its own past, of groups, of its parts, and the mean of these.

The point forecast of a bursty part is near its median, so that the sum of parts comes out low; a
weighted mean of members comes out right on the average and noisier. Which is best differs between
panels; the mean of all was measured never to be the worst.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.combine import member_weights

__all__ = ["averaged_total", "mean_combination", "squared_losses", "total_of"]

_Array = NDArray[np.float64]


def total_of(values: _Array) -> _Array:
    """[T] sum of series [N, T] (NaN = not observed); NaN where a series that has begun is missing.

    A series has begun with its first observed amount other than zero.
    """
    observed = np.isfinite(values)
    begun = np.logical_or.accumulate(observed & (values != 0), axis=1)
    whole: NDArray[np.bool_] = np.all(observed | ~begun, axis=0) & np.any(observed, axis=0)
    total: _Array = np.where(whole, np.where(observed, values, 0.0).sum(axis=0), np.nan)
    return total


def squared_losses(forecasts: _Array, actual: _Array) -> _Array:
    """[N, K, M] root mean squared errors of forecasts [N, K, M, H]; NaN without forecast or truth.

    Weights learned from them lean to members that are right on the average, as sums want it.
    """
    error = forecasts - actual[:, :, None]
    known = np.isfinite(error)
    count = known.sum(axis=3)
    squares = np.where(known, error, 0.0) ** 2
    losses: _Array = np.where(
        count > 0, np.sqrt(squares.sum(axis=3) / np.maximum(count, 1)), np.nan
    )
    return losses


def mean_combination(forecasts: _Array, actual: _Array, future: _Array) -> _Array:
    """[N, H] weighted mean of the members' forecasts [N, M, H], weights from squared errors."""
    weights = member_weights(squared_losses(forecasts, actual))
    mean: _Array = np.einsum("nm,nmh->nh", weights, future)
    return mean


def averaged_total(
    direct: _Array, points: _Array, means: _Array, groups: _Array | None = None
) -> _Array:
    """[H] mean of the direct forecast, that of the groups, and that of the parts.

    Parameters
    ----------
    direct
        [H] of the total's own past.
    points, means
        [N, H] of the parts: point forecasts, and `mean_combination`; half and half.
    groups
        [G, H] point forecasts of groups that make up the total, where there are some.
    """
    parts = (points.sum(axis=0) + means.sum(axis=0)) / 2
    said = [direct, parts] if groups is None else [direct, groups.sum(axis=0), parts]
    mean: _Array = np.mean(said, axis=0)
    return mean
