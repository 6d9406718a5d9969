"""The bank of standardised residual paths, and which path of which series draws which of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ResidualBank", "bank_of", "draw_paths", "library_bank"]

_Array = NDArray[np.float64]

#: Chance that a series draws its own residual path rather than a sibling's of the same origin.
_OWN = 0.5
#: Quantiles of the horizon sum of standardised residuals, per step, over twelve panels of spend
#: and load: the shape that is taken where a panel has no residual of its own.
_LIBRARY_LEVELS = np.array([0.0, 0.025, 0.1, 0.5, 0.9, 0.975, 1.0])
_LIBRARY_VALUES = np.array([-2.5, -1.86, -1.1, 0.0, 2.2, 5.0, 6.6])
_LIBRARY_PATHS = 80


@dataclass(frozen=True)
class ResidualBank:
    """Residual paths over scale.

    Parameters
    ----------
    rows
        [B, H] paths, without NaN.
    series, origin
        [B] whose residual it is, and of which origin.
    """

    rows: _Array
    series: NDArray[np.intp]
    origin: NDArray[np.intp]

    def without(self, origin: int) -> ResidualBank:
        """The bank of the other origins."""
        kept = self.origin != origin
        return ResidualBank(self.rows[kept], self.series[kept], self.origin[kept])


def bank_of(residual: _Array, scale: _Array, season: int) -> ResidualBank:
    """Bank of residuals [N, K, H] over scales [N, K]; days without truth are continued.

    A missing day takes the value of the season before, widened as a random walk would be:
    r[h] = r[h - m] sqrt((h + 1) / (h + 1 - m)); in the first season, the mean of the path.
    Paths without any truth or scale are left out.
    """
    usable = np.any(np.isfinite(residual), axis=2) & (scale > 0)
    series, origin = np.nonzero(usable)
    rows = residual[series, origin] / scale[series, origin][:, None]
    return ResidualBank(_continued(rows, season), series, origin)


def library_bank(horizon: int) -> ResidualBank:
    """Residual paths for a panel that has none: constant ones, skewed upwards as spend errs."""
    levels = (np.arange(_LIBRARY_PATHS) + 0.5) / _LIBRARY_PATHS
    values = np.interp(levels, _LIBRARY_LEVELS, _LIBRARY_VALUES)
    nobody = np.full(_LIBRARY_PATHS, -1)
    return ResidualBank(
        np.repeat(values[:, None], horizon, axis=1), nobody, np.zeros(_LIBRARY_PATHS, dtype=np.intp)
    )


def draw_paths(
    bank: ResidualBank, n: int, count: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """[P, n] rows of the bank: one origin a path; of it the series' own row or a sibling's."""
    origins = np.unique(bank.origin)
    draw = np.empty((count, n), dtype=np.int32)
    turn = rng.permutation(np.resize(origins, count))
    for origin in origins:
        rows = np.flatnonzero(bank.origin == origin)
        taken = np.flatnonzero(turn == origin)
        sibling = rng.choice(rows, size=(len(taken), n))
        own = np.full(n, -1)
        known = bank.series[rows] >= 0
        own[bank.series[rows[known]]] = rows[known]
        is_own = (rng.random((len(taken), n)) < _OWN) & (own >= 0)
        draw[taken] = np.where(is_own, own, sibling)
    return draw


def _continued(rows: _Array, season: int) -> _Array:
    """Paths [B, H] with their missing days filled in order, see `bank_of`."""
    known = np.isfinite(rows)
    mean = np.where(known, rows, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    first = np.where(known, rows, mean[:, None])[:, :season]
    whole = np.concatenate([first, rows[:, season:]], axis=1)
    for h in range(season, rows.shape[1]):
        widened = whole[:, h - season] * np.sqrt((h + 1) / (h + 1 - season))
        whole[:, h] = np.where(known[:, h], rows[:, h], widened)
    return whole
