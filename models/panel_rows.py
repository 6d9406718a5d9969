"""What models over a whole panel are taught: a step of a series, told by its own past.

Everything is relative to a base, the mean of the latest steps, and in units of the series' own
size: series of cents and of millions are examples of the same thing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["RowScheme", "feature_rows", "row_scheme", "training_rows"]

_Array = NDArray[np.float64]

#: Lags as measured on hourly, daily and weekly panels.
_LAGS: dict[int, tuple[int, ...]] = {
    24: (1, 2, 3, 4, 6, 12, 22, 23, 24, 25, 26, 48, 72, 96, 144, 167, 168, 169, 192),
    7: (*range(1, 9), 13, 14, 15, 21, 28, 35, 42),
    52: (*range(1, 11), 12, 13, 14, 16, 20, 26, 39, 51, 52, 53, 54, 65, 104),
}
#: Lags of another season: the latest steps, and the neighbours of one and two seasons ago.
_NEAREST = 8
#: A lag is used where this many times of it fit in the typical history.
_FIT_IN = 1.5
#: Seasons above this many steps say nothing about the level of the moment.
_LONG_SEASON = 30
#: Seasons of the long mean and of the mean of the same phase.
_SEASONS = 4
#: Target, in units of the size of the series.
_FARTHEST = 15.0
#: Latest steps of each series that are taught, and rows in all.
_STEPS, _ROWS = 700, 150_000


@dataclass(frozen=True)
class RowScheme:
    """Lags, steps of the base and steps of the season."""

    lags: tuple[int, ...]
    base: int
    season: int


def row_scheme(season: int, typical_length: float) -> RowScheme:
    """Scheme for a season and a typical (median) number of steps of history."""
    around = {lag for turn in (1, 2) for lag in range(turn * season - 1, turn * season + 2)}
    other = tuple(sorted({*range(1, _NEAREST + 1), *(lag for lag in around if lag > 0)}))
    lags = tuple(
        lag for lag in _LAGS.get(season, other) if lag == 1 or _FIT_IN * lag < typical_length
    )
    return RowScheme(lags, season if season <= _LONG_SEASON else 1, season)


def feature_rows(z: _Array, scheme: RowScheme) -> tuple[_Array, _Array]:
    """Rows [N, F] about the step after series [N, T] (NaN = before the start), and bases [N].

    F = each lag less the base, the mean of four seasons less the base, the mean of the phase in
    the last four seasons less the base, mean |z - base| of the last season; NaN = not that old.
    """
    base = _mean(z[:, -scheme.base :])
    season = scheme.season
    columns = [_before(z, lag) - base for lag in scheme.lags]
    columns.append(_mean(z[:, -_SEASONS * season :]) - base)
    phase = np.stack([_before(z, turn * season) for turn in range(1, _SEASONS + 1)], axis=1)
    columns.append(_mean(phase) - base)
    columns.append(_mean(np.abs(z[:, -season:] - base[:, None])))
    return np.stack(columns, axis=1), base


def training_rows(z: _Array, scheme: RowScheme, rng: np.random.Generator) -> tuple[_Array, _Array]:
    """Rows [R, F] and targets [R], z less the base within +-15, of the latest 700 steps.

    A random part where there would be more than 150,000.
    """
    n, length = z.shape
    first = max(length - _STEPS, scheme.base, 1)
    share = min(1.0, _ROWS / max(n * (length - first), 1))
    rows, targets = [], []
    for t in range(first, length):
        chosen = np.arange(n) if share == 1 else np.flatnonzero(rng.random(n) < share)
        told, base = feature_rows(z[chosen, :t], scheme)
        target = z[chosen, t] - base
        known = np.isfinite(target) & np.isfinite(told[:, 0])
        rows.append(told[known])
        targets.append(np.clip(target[known], -_FARTHEST, _FARTHEST))
    if not rows:
        return np.empty((0, len(scheme.lags) + 3)), np.empty(0)
    return np.concatenate(rows), np.concatenate(targets)


def _before(z: _Array, steps: int) -> _Array:
    return z[:, -steps] if steps <= z.shape[1] else np.full(len(z), math.nan)


def _mean(cells: _Array) -> _Array:
    """[N] mean of what is known of [N, C]; NaN where nothing is."""
    known = np.isfinite(cells)
    count = known.sum(axis=1)
    total = np.where(known, cells, 0.0).sum(axis=1)
    mean: _Array = np.where(count > 0, total / np.maximum(count, 1), math.nan)
    return mean
