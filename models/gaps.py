"""Histories without holes: what was not observed is filled from the same weekday, and counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["History", "ended", "history_of"]

_Array = NDArray[np.float64]

#: A hole takes the mean of this many observed values of its phase, the nearest before it.
_SEASONS = 4
#: Seasons of observed zeros at the end from which a series may be called ended ...
_ENDED_SEASONS = 4
#: ... if no earlier pause was longer than this share of the silence.
_LONGEST_PAUSE = 0.5


@dataclass(frozen=True)
class History:
    """A filled history.

    Parameters
    ----------
    start
        Column of the panel where it begins: the first observed value other than zero, or the first
        observed one.
    y
        [n] values without NaN; empty where there is nothing to begin with.
    filled
        [n] whether the value was filled in.
    """

    start: int
    y: _Array
    filled: NDArray[np.bool_]

    @property
    def filled_share(self) -> float:
        """Share of filled values; 0 for an empty history."""
        return float(self.filled.mean()) if len(self.y) else 0.0


def history_of(value: _Array, season: int, *, early_zeros: bool = False) -> History:
    """Fill the holes (NaN) of `value` [T] and trim zeros and holes before the first amount.

    With `early_zeros` only the holes before the first observed value are trimmed, also of a series
    of nothing but zeros (`models.early_zeros` tells of which series they matter).

    A hole takes the mean of the last four observed values of its phase before it; before the
    first one of its phase, the mean of everything observed up to it. Nothing after a hole is
    used, so that a history cut at an origin is the same whatever happened later.
    """
    begun = np.flatnonzero(np.isfinite(value) & (early_zeros | (value != 0)))
    if not len(begun):
        return History(len(value), np.empty(0), np.empty(0, dtype=np.bool_))
    start = int(begun[0])
    y = value[start:].copy()
    filled = ~np.isfinite(y)
    for hole in np.flatnonzero(filled):
        phase = y[hole % season : hole : season]
        known = phase[~filled[hole % season : hole : season]][-_SEASONS:]
        y[hole] = known.mean() if len(known) else y[:hole][~filled[:hole]].mean()
    return History(start, y, filled)


def ended(value: _Array, season: int) -> bool:
    """Whether the series fell silent: observed zeros for long, and it never paused like that.

    "Long" is four seasons of zeros at the end, at least twice the longest pause before. A series
    of nothing but zeros has not ended, it has not begun.
    """
    active = np.flatnonzero(np.isfinite(value) & (value != 0))
    if not len(active):
        return False
    silence = value[active[-1] + 1 :]
    if len(silence) < _ENDED_SEASONS * season or not np.isfinite(silence).all():
        return False
    pauses = np.diff(active) - 1
    return not len(pauses) or float(pauses.max()) <= _LONGEST_PAUSE * len(silence)
