"""Paths of the future: every quantile, window, sum and probability derives from them.

A path is the mean plus a standardised residual path of a past origin. Residuals of one origin stay
together over the series of a path, so sums over series know that series err together. Means and
paths add up; quantiles do not. Numpy only: serving imports this module.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.forecaster_version import ForecasterVersion

__all__ = ["path_quantiles", "paths", "paths_of", "sum_quantiles"]

_Array = NDArray[np.float64]

_HALF = 0.5


def paths(
    version: ForecasterVersion,
    rows: NDArray[np.intp],
    steps: slice | NDArray[np.intp] | None = None,
) -> _Array:
    """[P, n, h] paths of n series (rows of the version) on h steps (default: all H)."""
    chosen = slice(None) if steps is None else steps
    return paths_of(
        version.mean[rows][:, chosen],
        version.scale[rows][:, chosen],
        version.bank[:, chosen],
        version.draw[:, rows],
        version.nonnegative[rows],
    )


def paths_of(
    mean: _Array,
    scale: _Array,
    bank: NDArray[np.float32],
    draw: NDArray[np.int32],
    nonnegative: NDArray[np.bool_],
) -> _Array:
    """[P, n, h] mean [n, h] + scale [n, h] * bank [B, h] of draw [P, n], clipped where asked."""
    residual: _Array = bank[draw].astype(np.float64)
    residual *= scale
    residual += mean
    np.maximum(residual, 0.0, out=residual, where=nonnegative[:, None])
    return residual


def path_quantiles(paths: _Array, levels: _Array) -> _Array:
    """[..., Q] quantiles over the first axis of paths [P, ...], none of them NaN.

    What `numpy.quantile` gives, in a fifth of its time: sorting each cell's paths side by side is
    faster than partitioning them apart.
    """
    ordered = np.sort(np.moveaxis(paths, 0, -1), axis=-1)
    place = np.asarray(levels) * (len(paths) - 1)
    lower = np.floor(place).astype(np.intp)
    upper = np.minimum(lower + 1, len(paths) - 1)
    share = place - lower
    low, high = ordered[..., lower], ordered[..., upper]
    # from the nearer end, so that no rounding puts a level above the next
    quantiles: _Array = np.where(
        share < _HALF, low + (high - low) * share, high - (high - low) * (1 - share)
    )
    return quantiles


def sum_quantiles(
    version: ForecasterVersion,
    rows: NDArray[np.intp],
    levels: _Array,
    steps: slice | NDArray[np.intp] | None = None,
) -> _Array:
    """[Q] quantiles of the sum over these series and steps."""
    return path_quantiles(paths(version, rows, steps).sum(axis=(1, 2)), levels)
