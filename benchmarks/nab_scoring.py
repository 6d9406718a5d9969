"""NAB's official scoring, standard profile, of one file: windows reward the early, never twice.

Lavin and Ahmad, "Evaluating Real-Time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark",
ICMLA 2015. Only the first detection in a window counts, the more the earlier; a missed window costs
1; a detection outside costs up to 0.11, less the closer it follows a window.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Window", "corpus_score", "file_score"]

#: First and last row of a labelled window.
Window = tuple[int, int]

#: Costs of the standard profile.
_FALSE_POSITIVE, _FALSE_NEGATIVE = 0.11, 1.0
#: Beyond so many window lengths after a window a detection costs all it can.
_FAR = 3.0
_STEEPNESS = 5.0


def file_score(rows: Iterable[int], probation: int, windows: Sequence[Window]) -> float:
    """Raw score of one file's detections: `len(windows)` at best.

    Parameters
    ----------
    rows
        Rows that were detected; those of the probation do not count.
    windows
        In order, apart from each other.
    """
    score = 0.0
    missed = set(range(len(windows)))
    best = _sigmoid(-1.0)
    for row in sorted(row for row in rows if row >= probation):
        past = [number for number, (first, _) in enumerate(windows) if first <= row]
        if not past:
            score -= _FALSE_POSITIVE
            continue
        first, last = windows[past[-1]]
        if row > last:
            score += _FALSE_POSITIVE * _sigmoid((row - last) / max(last - first, 1))
        elif past[-1] in missed:
            missed.remove(past[-1])
            score += _sigmoid(-(last - row + 1) / (last - first + 1)) / best
    return score - _FALSE_NEGATIVE * len(missed)


def corpus_score(raw: Sequence[float] | NDArray[np.float64], windows: int) -> float:
    """Score of all files: 0 = nothing detected, 100 = every window at its first row, no more."""
    return 100.0 * (float(np.sum(raw)) + windows) / (2.0 * windows)


def _sigmoid(place: float) -> float:
    """Worth of a detection by its place: 1 at a window's first row, 0 just after its last."""
    if place > _FAR:
        return -1.0
    return 2.0 / (1.0 + math.exp(_STEEPNESS * place)) - 1.0
