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
    """[..., Q] quantiles over the first axis of paths [P, ...]."""
    return np.moveaxis(np.quantile(paths, levels, axis=0), 0, -1)


def sum_quantiles(
    version: ForecasterVersion,
    rows: NDArray[np.intp],
    levels: _Array,
    steps: slice | NDArray[np.intp] | None = None,
) -> _Array:
    """[Q] quantiles of the sum over these series and steps."""
    return path_quantiles(paths(version, rows, steps).sum(axis=(1, 2)), levels)
