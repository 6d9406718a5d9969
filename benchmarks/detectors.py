"""Detectors to compare with: a score for every day, and what was expected of it.

A higher score is stranger. NaN = not scored: before the first spend and in the warm-up after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from benchmarks.rows import Role

__all__ = ["DETECTORS", "Detector", "Scored", "isolation_forest", "robust_z"]

_Array = NDArray[np.float64]

_SEASON = 7
#: As silent after the first spend as Costcast is.
_WARM_UP_DAYS = 28
#: The same weekday of the last four weeks, of which at least this many are there. Of 4 and 8 weeks
#: on plain and logarithmic amounts, and four kinds of scale, the combination that found most.
_WEEKS, _FEWEST_WEEKS = 4, 3
#: Days of residuals that make the scale of a robust z, of which at least this many are there.
_SCALE_DAYS, _FEWEST_DAYS = 56, 14
#: Standard deviation of a normal distribution over its median and its mean absolute deviation.
_MEDIAN_TO_SIGMA, _MEAN_TO_SIGMA = 1.4826, 1.2533
#: A scale is at least this share of the expected.
_LEAST_SHARE = 0.01
_SEED = 0


@dataclass(frozen=True)
class Scored:
    """Score and expectation [N, T] of every day."""

    score: _Array
    expected: _Array


@dataclass(frozen=True)
class Detector:
    """A named detector: `score(value [N, T])`."""

    name: str
    role: Role
    settings: Mapping[str, object]
    score: Callable[[_Array], Scored]


def robust_z(value: _Array) -> Scored:
    """|y - median of the same weekday of the last 4 weeks| over the scale of 56 days' residuals.

    The scale is the larger of 1.4826 median |residual| and 1.2533 mean |residual|: most days of a
    series that runs now and then have none, and the median alone makes every one of its runs
    infinitely strange. Uses nothing but the days before the one that is scored.
    """
    begun = _since_first_spend(value)
    weeks = _before(begun, _SEASON, _WEEKS)
    expected = _median(weeks, _FEWEST_WEEKS)
    residual = np.abs(begun - expected)
    earlier = _before(residual, 1, _SCALE_DAYS)
    scale = np.maximum(
        _MEDIAN_TO_SIGMA * _median(earlier, _FEWEST_DAYS),
        _MEAN_TO_SIGMA * _mean(earlier, _FEWEST_DAYS),
    )
    scale = np.maximum(scale, _LEAST_SHARE * np.abs(expected))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Scored(_silent_at_first(residual / scale, value), expected)


def isolation_forest(value: _Array) -> Scored:
    """scikit-learn's forest per series on (value, change on a week ago), default settings.

    It is fitted on the whole history at once, as it is mostly used: with hindsight, which Costcast
    and the baseline do not have. Expected is the value a week ago.
    """
    score, expected = np.full_like(value, np.nan), np.full_like(value, np.nan)
    begun = _since_first_spend(value)
    expected[:, _SEASON:] = begun[:, :-_SEASON]
    change = begun - expected
    for row in range(len(value)):
        known = np.flatnonzero(np.isfinite(change[row]))
        if len(known):
            features = np.column_stack([begun[row, known], change[row, known]])
            forest = IsolationForest(random_state=_SEED).fit(features)
            score[row, known] = -forest.score_samples(features)
    return Scored(_silent_at_first(score, value), expected)


def _since_first_spend(value: _Array) -> _Array:
    """[N, T] with NaN before the first spend of a series."""
    spent = np.maximum.accumulate(np.nan_to_num(value) != 0, axis=1)
    return np.where(spent, value, np.nan)


def _silent_at_first(score: _Array, value: _Array) -> _Array:
    age = np.isfinite(_since_first_spend(value)).cumsum(axis=1)
    return np.where(age > _WARM_UP_DAYS, score, np.nan)


def _before(value: _Array, step: int, count: int) -> _Array:
    """[N, T, count] the values `count`, ..., 2, 1 steps before each day; NaN before the first."""
    ahead = np.pad(value, ((0, 0), (step * count, 0)), constant_values=np.nan)
    windows = sliding_window_view(ahead[:, :-step], step * (count - 1) + 1, axis=1)
    past: _Array = windows[..., ::step]
    return past


def _median(cells: _Array, fewest: int) -> _Array:
    """Median over the last axis of what is known; NaN where that is fewer than `fewest`."""
    known, ordered = np.isfinite(cells).sum(axis=-1), np.sort(cells, axis=-1)  # NaN last
    lower, upper = (
        np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0]
        for place in (np.maximum(known - 1, 0) // 2, known // 2)
    )
    return np.where(known >= fewest, (lower + upper) / 2, np.nan)


def _mean(cells: _Array, fewest: int) -> _Array:
    """Mean over the last axis of what is known; NaN where that is fewer than `fewest`."""
    known = np.isfinite(cells).sum(axis=-1)
    total = np.nan_to_num(cells).sum(axis=-1)
    return np.where(known >= fewest, total / np.maximum(known, 1), np.nan)


DETECTORS: tuple[Detector, ...] = (
    Detector("robust z", "baseline", {"weeks": _WEEKS, "scale_days": _SCALE_DAYS}, robust_z),
    Detector(
        "IsolationForest",
        "peer",
        {"library": "scikit-learn", "features": ["value", "weekly change"], "seed": _SEED},
        isolation_forest,
    ),
)
