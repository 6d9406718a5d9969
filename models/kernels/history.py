"""Histories without holes, and whether a series fell silent: `models.gaps`, compiled."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["filled_history", "has_ended"]

_Array = NDArray[np.float64]

#: A hole takes the mean of this many observed values of its phase, the nearest before it.
_SEASONS = 4
#: Seasons of observed zeros at the end from which a series may be called ended ...
_ENDED_SEASONS = 4
#: ... if no earlier pause was longer than this share of the silence.
_LONGEST_PAUSE = 0.5


@compiled
def filled_history(value: _Array, season: int, early_zeros: bool) -> tuple[int, _Array]:
    """Column of the first amount and the history [n] from there, its holes (NaN) filled.

    With `early_zeros` it begins with the first value observed, zero or not. What fills a hole comes
    from before it, so the history of a shorter past is the head of this.
    """
    start = 0
    while start < len(value) and not (
        math.isfinite(value[start]) and (early_zeros or value[start] != 0)
    ):
        start += 1
    y = value[start:].copy()
    total, seen = 0.0, 0
    for t in range(len(y)):
        observed = value[start + t]
        if math.isfinite(observed):
            total += observed
            seen += 1
            continue
        y[t] = _same_phase_mean(value, start + t, start, season)
        if math.isnan(y[t]):
            y[t] = total / seen
    return start, y


@compiled
def _same_phase_mean(value: _Array, hole: int, start: int, season: int) -> float:
    """Mean of the last four values seen of the phase, not before `start`; NaN without any."""
    total, seen = 0.0, 0
    t = hole - season
    while t >= start and seen < _SEASONS:
        if math.isfinite(value[t]):
            total += value[t]
            seen += 1
        t -= season
    return total / seen if seen > 0 else np.nan


@compiled
def has_ended(value: _Array, season: int) -> bool:
    """Whether observed zeros end the past, four seasons and twice the longest pause at least."""
    last, pause = -1, 0
    for t in range(len(value)):
        if math.isfinite(value[t]) and value[t] != 0:
            if last >= 0:
                pause = max(pause, t - last - 1)
            last = t
    silence = len(value) - last - 1
    if last < 0 or silence < _ENDED_SEASONS * season:
        return False
    for t in range(last + 1, len(value)):
        if not math.isfinite(value[t]):
            return False
    return pause <= _LONGEST_PAUSE * silence
