"""Detectors that are scored on NAB: a score for every row of a file, NaN in its probation.

All warm up as long as the file's probation lasts and see no row before it is due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.nab_files import NabFile
from benchmarks.rows import Role
from models.detectors.fine import FineDetector
from models.detectors.fine_features import slots_of
from models.detectors.fine_settings import FineSettings
from models.detectors.library_forest import grow_library_forest
from models.forest_scoring import compiled_scores
from models.kernels.clock_season import season_residual

__all__ = ["NAB_DETECTORS", "NabDetector", "settings_of"]

_Array = NDArray[np.float64]

#: Standard deviation of a normal distribution over its median absolute deviation.
_TO_SIGMA = 1.4826
#: A scale is at least this share of the median size of the values.
_LEAST_SHARE = 0.01


@dataclass(frozen=True)
class NabDetector:
    """A named detector: `score(file)` gives [n], higher = stranger."""

    name: str
    role: Role
    settings: Mapping[str, object]
    score: Callable[[NabFile], _Array]


def settings_of(file: NabFile) -> FineSettings:
    """Costcast's settings, its warm-up being the file's probation."""
    return FineSettings(step_s=file.step_s, warm_up=file.probation, cool_down=0)


def _costcast(file: NabFile) -> _Array:
    return FineDetector(settings_of(file)).score(file.times, file.values)


def _surprise_alone(file: NabFile) -> _Array:
    return FineDetector(settings_of(file)).parts(file.times, file.values)[0]


def _forest_alone(file: NabFile) -> _Array:
    return FineDetector(settings_of(file)).parts(file.times, file.values)[1]


def _library_forest(file: NabFile) -> _Array:
    """scikit-learn's forest on the features of ours, fitted when ours is."""
    settings = settings_of(file)
    detector = FineDetector(settings)
    detector.parts(file.times, file.values)
    rows, score = detector.forest_rows, np.full(len(file.values), np.nan)
    for first in range(settings.warm_up, len(rows), settings.day):
        forest = grow_library_forest(
            rows[:first],
            seed=settings.seed + first,
            trees=settings.trees,
            rows_per_tree=settings.rows_per_tree,
        )
        score[first : first + settings.day] = compiled_scores(
            forest, 0, rows[first : first + settings.day]
        )
    return score


def _robust_z(file: NabFile) -> _Array:
    """|y less the median at the same time of 14 days| over the deviation of the rows before.

    The deviation, 1.4826 times the median size of the residuals, is taken anew once a day.
    """
    settings = settings_of(file)
    slots = slots_of(file.times, file.step_s)
    size = np.abs(season_residual(file.values, slots, settings.day, max(1, settings.day // 144), 0))
    score = np.full(len(size), np.nan)
    for first in range(settings.warm_up, len(size), settings.day):
        usual = _TO_SIGMA * float(np.median(size[:first]))
        least = _LEAST_SHARE * float(np.median(np.abs(file.values[:first])))
        day = slice(first, first + settings.day)
        score[day] = size[day] / (max(usual, least) or 1.0)
    return score


_FOREST: Mapping[str, object] = {
    "trees": FineSettings.trees,
    "rows_per_tree": FineSettings.rows_per_tree,
    "refitted": "daily",
}

NAB_DETECTORS: Mapping[str, NabDetector] = {
    detector.name: detector
    for detector in (
        NabDetector("costcast", "product", _FOREST, _costcast),
        NabDetector("its surprise alone", "product", {}, _surprise_alone),
        NabDetector("its forest alone", "product", _FOREST, _forest_alone),
        NabDetector(
            "IsolationForest, same features",
            "peer",
            {"library": "scikit-learn", **_FOREST},
            _library_forest,
        ),
        NabDetector("robust z", "baseline", {"days": 14}, _robust_z),
    )
}
