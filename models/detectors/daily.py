"""One daily series under the protocol that every detector of one series follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.daily_trace import trace_days
from models.detectors.kind_parts import traced_parts
from models.detectors.kinds import PARTS_OF, WEIGHTS_OF, DetectorKind
from models.detectors.library_forest import grow_library_forest
from models.features.filling import fill_gaps
from models.features.schedule import REFIT_DAYS, SEASON, WARM_UP_DAYS, spans_of_fits
from models.forest import grow_forest
from models.forest_arrays import PackedForests
from models.forest_scoring import compiled_scores
from models.kernels.running_rank import running_surprise

__all__ = ["DailyDetector"]

_Array = NDArray[np.float64]
#: Forests learn from the second half of the warm-up on: before it the residuals are in-sample.
_FIRST_FOREST_DAY = WARM_UP_DAYS - 2 * SEASON


class DailyDetector:
    """Scores one daily series, each part ranked among the series' own past.

    For a single series: a panel pools the ranks of all its series (`training.detect`), which
    resolves rarer days than the 60 to 700 of one. A detector of one part scores by the part itself.

    Parameters
    ----------
    kind
        What the score is made of.
    seed
        Of the forests.

    Examples
    --------
    >>> days = np.datetime64("2026-01-01") + np.arange(60)
    >>> spend = np.full(60, 10.0)
    >>> spend[50] = 40
    >>> score = DailyDetector("robust_z").score(days, spend)
    >>> int(np.isnan(score).sum()), int(np.nanargmax(score))
    (28, 50)
    """

    def __init__(self, kind: DetectorKind = "range_forest", *, seed: int = 0) -> None:
        self.kind, self.seed = kind, seed
        self._days: NDArray[np.datetime64] = np.empty(0, "datetime64[D]")
        self._values = np.empty(0)

    def score(self, times: NDArray[np.datetime64], values: _Array) -> _Array:
        """Scores [n] of these days, which follow all days of earlier calls; NaN in the warm-up.

        Raises ValueError for values that are not finite and for days that do not rise.
        """
        if len(times) != len(values) or not np.isfinite(values).all():
            raise ValueError(
                f"got {len(times)} times and {len(values)} values, wanted as many, finite ones: "
                "leave out days that were not observed"
            )
        days = np.concatenate([self._days, times.astype("datetime64[D]")])
        if (np.diff(days) <= np.timedelta64(0)).any():
            raise ValueError("got days that do not rise, wanted one value a day, in order")
        first = len(self._days)
        self._days, self._values = days, np.concatenate([self._values, values])
        if not len(days):
            return np.empty(0)
        place = (days - days[0]).astype(np.int64)
        grid = np.full(place[-1] + 1, np.nan)
        grid[place] = self._values
        scores: _Array = self._scores(grid)[place[first:]]
        return scores

    def _scores(self, grid: _Array) -> _Array:
        """Score of every day [n], NaN = not observed and in the warm-up."""
        trace = trace_days(fill_gaps(grid)[None])
        parts = traced_parts(self.kind, trace)[0]
        observed = np.isfinite(grid)
        if PARTS_OF[self.kind][-1] == "forest":
            parts[:, -1] = self._forest_scores(trace.rows[0], observed)
        scored = observed & (np.arange(len(grid)) >= WARM_UP_DAYS)
        score = np.full(len(grid), np.nan)
        known = parts[scored]
        if known.shape[1] == 1:
            score[scored] = known[:, 0]
        else:
            ranked = [running_surprise(np.ascontiguousarray(column), 0) for column in known.T]
            weights = WEIGHTS_OF[self.kind]
            total = sum(weight * rank for weight, rank in zip(weights, ranked, strict=True))
            score[scored] = total / weights.sum()
        return score

    def _forest_scores(self, rows: _Array, observed: NDArray[np.bool_]) -> _Array:
        """Score of each day by the forest of the days before its refit."""
        scores = np.full(len(rows), np.nan)
        for fit, span in spans_of_fits(len(rows), REFIT_DAYS, ahead=1):
            known = slice(_FIRST_FOREST_DAY, fit)
            forest = self._grown(rows[known][observed[known]], fit)
            served = slice(span.start, min(span.stop, len(rows)))
            scores[served] = compiled_scores(forest, 0, rows[served])
        return scores

    def _grown(self, rows: _Array, fit: int) -> PackedForests:
        grow = grow_library_forest if self.kind == "isolation_forest" else grow_forest
        return grow(rows, seed=self.seed + fit)
