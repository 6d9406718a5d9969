"""Raw scores of hourly series, and the detectors made of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.injection_scores import InjectionDetector, RawScores, as_it_is
from models.detectors.fine import FineDetector
from models.detectors.fine_settings import FineSettings
from models.forest import grow_forest
from models.forest_scoring import compiled_scores

__all__ = ["HOURLY_DETECTORS", "hourly_scores"]

_Array = NDArray[np.float64]

_DAY = 24
_SETTINGS = FineSettings.of_step(np.timedelta64(1, "h"))
#: Days whose same hour makes the expected, and days of residuals that make the scale.
_DAYS, _SCALE_DAYS = 5, 5
_TO_SIGMA = 1.4826
_LEAST_SHARE = 0.01
_TREES = 50
_UNGUARDED = (1e9, 1e9)


def hourly_scores(lines: Sequence[_Array], unique_ids: Sequence[str]) -> list[RawScores]:
    """Raw scores of each series, [n] each."""
    if len(lines) != len(unique_ids):
        raise ValueError(f"got {len(lines)} series and {len(unique_ids)} names")
    return [_scores(y) for y in lines]


def _scores(y: _Array) -> RawScores:
    hours = np.datetime64("2025-01-06T00", "h") + np.arange(len(y))
    surprise, forest = FineDetector(_SETTINGS).parts(hours, y)
    return {
        "costcast": surprise + _SETTINGS.forest_weight * forest,
        "forest": forest,
        "plain": _plain_forest(y),
        "robust z": _robust_z(y),
    }


def _robust_z(y: _Array) -> _Array:
    """|y - median of the same hour of five days| over the deviation of five days' residuals."""
    score, residual = np.full(len(y), np.nan), np.full(len(y), np.nan)
    for at in range(_DAY * _DAYS, len(y)):
        residual[at] = y[at] - np.median(y[at - _DAY * _DAYS : at : _DAY])
        earlier = residual[max(at - _DAY * _SCALE_DAYS, 0) : at]
        known = np.abs(earlier[np.isfinite(earlier)])
        usual = _TO_SIGMA * float(np.median(known)) if len(known) else 0.0
        least = _LEAST_SHARE * float(np.median(y[:at]))
        score[at] = abs(residual[at]) / (max(usual, least) or 1.0)
    score[: _SETTINGS.warm_up + 1] = np.nan  # one residual is no scale
    return score


def _plain_forest(y: _Array) -> _Array:
    """Ordinary forest on value and daily change, refitted daily on the hours before."""
    score = np.full(len(y), np.nan)
    rows = np.column_stack([y, np.r_[np.zeros(_DAY), y[_DAY:] - y[:-_DAY]]])
    for fit in range(_SETTINGS.warm_up, len(y), _DAY):
        forest = grow_forest(rows[_DAY:fit], seed=0, trees=_TREES, margins=_UNGUARDED)
        score[fit : fit + _DAY] = compiled_scores(forest, 0, rows[fit : fit + _DAY])
    return score


HOURLY_DETECTORS: tuple[InjectionDetector, ...] = (
    InjectionDetector("costcast", "product", {"warm_up_hours": 120}, as_it_is("costcast")),
    InjectionDetector("its forest alone", "variant", {}, as_it_is("forest")),
    InjectionDetector(
        "isolation forest",
        "peer",
        {"features": ["value", "daily change"], "trees": _TREES},
        as_it_is("plain"),
    ),
    InjectionDetector("robust z", "baseline", {"days": _DAYS}, as_it_is("robust z")),
)
