"""The rule that makes alerts of scores, the same for every detector of the injection bench."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.injection_tasks import InjectionTask
from models.alerting import incident_alerts

__all__ = ["alerts_of", "padded", "spans_scored", "threshold_of"]

_Array = NDArray[np.float64]


def padded(rows: Sequence[_Array]) -> _Array:
    """Rows of different lengths side by side, [N, T], NaN after the end of the shorter ones."""
    longest = max(len(row) for row in rows)
    table = np.full((len(rows), longest), np.nan)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def alerts_of(score: _Array, threshold: float, task: InjectionTask) -> NDArray[np.bool_]:
    """Steps [N, T] that start an incident; no floors, for series of any size count the same."""
    return incident_alerts(score, np.isfinite(score), threshold, task.cool_down)


def spans_scored(score: _Array, task: InjectionTask) -> float:
    """Scored series times budget spans."""
    return float(np.isfinite(score).sum() / task.budget_steps)


def threshold_of(score: _Array, task: InjectionTask) -> float:
    """Smallest threshold whose replay keeps the budget, averaged over the series; above 0.

    A score of 0 is that of a day that is told at no threshold.
    """
    most = task.budget * spans_scored(score, task)
    candidates = np.unique(score[np.isfinite(score) & (score > 0)])
    low, high = 0, len(candidates)  # candidates[high:] raise few enough, none at worst
    while low < high:
        middle = (low + high) // 2
        within = alerts_of(score, float(candidates[middle]), task).sum() <= most
        low, high = (low, middle) if within else (middle + 1, high)
    if low == len(candidates):
        return float(np.nextafter(candidates.max(initial=0.0), np.inf))
    return float(candidates[low])
