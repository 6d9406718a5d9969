"""Prophet as a detector of injected events, from the environment of `bench.lock`.

It takes long: a sample of the series, and of each series with an event only the days that decide.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.injection import rows_of
from benchmarks.injection_rows import InjectionRow
from benchmarks.injection_scores import InjectionDetector, RawScores, as_it_is
from benchmarks.injection_tasks import InjectionTask
from models.features.schedule import REFIT_DAYS, WARM_UP_DAYS

__all__ = ["measure_prophet"]

_Array = NDArray[np.float64]

_NAME = "Prophet interval"
#: A distance is never measured in less than this share of the mean.
_LEAST_SHARE = 0.01
_SEED = 0
_FIRST = np.datetime64("2018-01-01", "D")  # Prophet wants dates; the weekday is of no consequence


def measure_prophet(task: InjectionTask, data: Path | None) -> list[InjectionRow]:
    """The row of Prophet on a sample."""
    longest = max(kind.length for kind in task.kinds)
    detector = InjectionDetector(
        _NAME, "peer", {"refitted": "weekly", "interval": 0.8, "seed": _SEED}, as_it_is(_NAME)
    )
    return rows_of([task], data, [detector], _Scorer(longest))


class _Scorer:
    """Scores of series; of a series that was scored before only what follows its first change."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._known: dict[str, tuple[_Array, _Array]] = {}

    def __call__(self, lines: Sequence[_Array], unique_ids: Sequence[str]) -> list[RawScores]:
        scores: list[RawScores] = []
        for y, unique_id in zip(lines, unique_ids, strict=True):
            if unique_id not in self._known:
                self._known[unique_id] = y, _score(y, WARM_UP_DAYS, len(y))
            before, score = self._known[unique_id]
            changed = np.flatnonzero(before != y)
            if len(changed):
                stop = min(int(changed[0]) + self._longest, len(y))
                score = score.copy()
                score[changed[0] : stop] = _score(y, int(changed[0]), stop)[changed[0] : stop]
            scores.append({_NAME: score})
        return scores


def _score(y: _Array, start: int, stop: int) -> _Array:
    """Distance from the forecast in half widths of its interval, on days [start, stop)."""
    score = np.full(len(y), np.nan)
    first = WARM_UP_DAYS + (start - WARM_UP_DAYS) // REFIT_DAYS * REFIT_DAYS
    for fit in range(first, stop, REFIT_DAYS):
        days = slice(max(fit, start), min(fit + REFIT_DAYS, stop))
        score[days] = _exceedance(y[:fit], y[days], days.start)
    return score


def _exceedance(history: _Array, y: _Array, start: int) -> _Array:
    from prophet import Prophet  # noqa: PLC0415 (only in the environment of the peers)

    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).setLevel(logging.ERROR)
    np.random.seed(_SEED)  # Prophet draws its interval from the global generator
    model = Prophet()
    model.fit(pd.DataFrame({"ds": _FIRST + np.arange(len(history)), "y": history}))
    said = model.predict(pd.DataFrame({"ds": _FIRST + np.arange(start, start + len(y))}))
    mean = said["yhat"].to_numpy(np.float64)
    above = said["yhat_upper"].to_numpy(np.float64) - mean
    below = mean - said["yhat_lower"].to_numpy(np.float64)
    least = _LEAST_SHARE * float(np.abs(history).mean())
    exceedance: _Array = np.abs(y - mean) / np.maximum(np.where(y > mean, above, below), least)
    return exceedance
