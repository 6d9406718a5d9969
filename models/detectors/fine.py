"""The detector of fine-grained series, from 5 minutes to an hour: surprise and a forest.

score = B + 2 R. B is the mean of three groups' mean surprise (`fine_features`, each ranked among
its own past), R a range-aware isolation forest on the seven surprises, refitted once a day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.detectors.fine_features import GROUPS, AsinhScale, fine_features, slots_of
from models.detectors.fine_settings import FineSettings
from models.forest import grow_forest
from models.forest_arrays import PackedForests
from models.forest_scoring import compiled_scores
from models.kernels.running_rank import running_surprise

__all__ = ["FineDetector"]

_Array = NDArray[np.float64]
_FEATURES = 7
#: A forest cuts a range at a uniform place; the power widens the rare end. For the forest alone it
#: is worth 0.8 points of NAB (mean of four sampling steps and three seeds); 2 is worth 0.5, 1/2
#: costs 1.0, and 100 trees instead of 50 are worth 0.3 and half the scatter between seeds.
_FOREST_POWER = 1.5


class FineDetector:
    """Scores one series row by row; what comes in pieces is scored as if it came at once.

    Fits and scores go hand in hand: the scale is taken at the end of the warm-up, a forest is grown
    there and then once a day from all rows before it. Nothing is scored before.

    Parameters
    ----------
    settings
        Of the series' sampling step.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> times = np.datetime64("2026-01-01T00", "h") + np.arange(24 * 20)
    >>> values = 10 + rng.random(len(times))
    >>> values[400] = 40
    >>> detector = FineDetector(FineSettings.of_step(np.timedelta64(1, "h")))
    >>> score = detector.score(times, values)
    >>> int(np.isnan(score).sum()), int(np.nanargmax(score))
    (120, 400)
    """

    def __init__(self, settings: FineSettings) -> None:
        self.settings = settings
        self._times: NDArray[np.datetime64] = np.empty(0, "datetime64[us]")
        self._values, self._residual = np.empty(0), np.empty(0)
        self._features = np.empty((0, _FEATURES))
        self._surprise = np.empty((0, _FEATURES))
        self._scale: AsinhScale | None = None
        self._forest: PackedForests | None = None

    @property
    def forest_rows(self) -> _Array:
        """What the forests are grown on, for every row so far that is past or part of the warm-up.

        [n, 7]: the surprises to the power of 1.5.
        """
        rows: _Array = self._surprise**_FOREST_POWER
        return rows

    def score(self, times: NDArray[np.datetime64], values: _Array) -> _Array:
        """Scores [n] of these rows, which follow all rows of earlier calls; NaN in the warm-up.

        Raises ValueError for values that are not finite and for times that fall.
        """
        base, forest = self.parts(times, values)
        return base + self.settings.forest_weight * forest

    def parts(self, times: NDArray[np.datetime64], values: _Array) -> tuple[_Array, _Array]:
        """Mean surprise B and forest's score R of these rows, [n] each, as `score` adds them."""
        first = len(self._values)
        self._append(times, values)
        silent = np.full(len(values), np.nan)
        start = max(first, self.settings.warm_up)
        if start >= len(self._values):
            return silent, silent.copy()
        self._extend()
        base, forest = silent, silent.copy()
        base[start - first :] = _mean_of_groups(self._surprise[start:])
        forest[start - first :] = self._forest_scores(start)
        return base, forest

    def _append(self, times: NDArray[np.datetime64], values: _Array) -> None:
        if len(times) != len(values) or not np.isfinite(values).all():
            raise ValueError(
                f"got {len(times)} times and {len(values)} values, wanted as many, finite ones: "
                "leave out rows that were not observed"
            )
        all_times = np.concatenate([self._times, times.astype("datetime64[us]")])
        if (np.diff(all_times) < np.timedelta64(0)).any():
            raise ValueError("got times that fall, wanted rows in the order of time")
        self._times = all_times
        self._values = np.concatenate([self._values, values.astype(np.float64)])

    def _extend(self) -> None:
        """Features and surprises of the rows that have none yet."""
        if self._scale is None:
            self._scale = AsinhScale.of(self._values[: self.settings.warm_up])
        done = len(self._features)
        slots = slots_of(self._times, self.settings.step_s)
        further, self._residual = fine_features(
            self._scale(self._values), slots, self.settings, done, self._residual
        )
        self._features = np.concatenate([self._features, further])
        surprise = [running_surprise(column, done) for column in self._features.T.copy()]
        self._surprise = np.concatenate([self._surprise, np.stack(surprise, axis=1)])

    def _forest_scores(self, start: int) -> _Array:
        """Scores of the rows from `start`, growing the forests that are due on the way."""
        day, warm_up = self.settings.day, self.settings.warm_up
        rows, scores = self.forest_rows, []
        while start < len(rows):
            age = (start - warm_up) % day
            if age == 0 or self._forest is None:
                self._forest = self._grown(rows[: start - age])
            stop = start - age + day
            scores.append(compiled_scores(self._forest, 0, rows[start:stop]))
            start = stop
        return np.concatenate(scores)

    def _grown(self, rows: _Array) -> PackedForests:
        """A forest of all rows before the one that it is due at."""
        settings = self.settings
        return grow_forest(
            rows,
            seed=settings.seed + len(rows),
            trees=settings.trees,
            rows_per_tree=settings.rows_per_tree,
            margins=settings.margins,
        )


def _mean_of_groups(surprise: _Array) -> _Array:
    """Mean over the groups of their mean surprise, [n]: no group counts for its number."""
    mean: _Array = np.mean([surprise[:, group].mean(axis=1) for group in GROUPS], axis=0)
    return mean
