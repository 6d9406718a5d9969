"""Every day of a panel judged by what was known before it: features and forests of a series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from models.daily_state import DailyState
from models.daily_trace import DailyTrace, state_after, trace_days
from models.detectors.kind_parts import traced_parts
from models.detectors.kinds import PARTS_OF, DetectorKind
from models.features.expected import ordinary_interval
from models.features.filling import fill_gaps, first_day
from models.features.forest_rows import FOREST_FEATURES
from models.features.schedule import REFIT_DAYS, SEASON, WARM_UP_DAYS, spans_of_fits
from models.forest import grow_forest, stack_forests
from models.forest_arrays import PackedForests
from models.forest_scoring import compiled_scores
from training.engines import Progress
from training.forest_growth import GROW, Grow, forest_seed, no_forest

__all__ = ["Replay", "replay_panel", "same_start"]

#: Forests learn from the second half of the warm-up on: before it the residuals are in-sample.
_FIRST_FOREST_DAY = WARM_UP_DAYS - 2 * SEASON
#: Days of each series that the pooled forest sees: enough for any, and the same of all.
_POOLED_DAYS = 60
#: Series traced at once; bounds the memory (about 1 MB per series of two years).
_TOGETHER = 200


@dataclass(frozen=True)
class Replay:
    """A replayed panel.

    Parameters
    ----------
    expected, lower, upper
        [N, T]; NaN = not scored.
    parts
        [N, T, P] values of the detector's parts; NaN = not scored.
    forests
        N + 1: the newest of each series (the pooled one for a short series), and the pooled one.
    state
        What the days after the panel are scored with.
    history_days
        [N] days since the first spend; 0 = never observed.
    young
        [N, T] days scored before the end of the warm-up (`training.young`).
    rows
        Of each series what a forest may learn from: its rows [n, 5] from the first spend on, NaN
        on days that teach nothing; None = never observed.
    """

    expected: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    parts: NDArray[np.float64]
    forests: PackedForests
    state: DailyState
    history_days: NDArray[np.int64]
    young: NDArray[np.bool_]
    rows: tuple[NDArray[np.float32] | None, ...]


def replay_panel(
    value: NDArray[np.float64],
    unique_ids: tuple[str, ...],
    *,
    seed: int,
    detector: DetectorKind = "range_forest",
    progress: Progress | None = None,
) -> Replay:
    """Replay daily series, each silent until the end of its warm-up.

    Parameters
    ----------
    value
        [N, T] NaN = not observed: such a day is never scored and teaches no forest.
    unique_ids
        [N] name of each series; with the seed it fixes the forests, whatever else is in the panel.
    detector
        What the score is made of.
    progress
        Called with (series done, of).
    """
    replay = _unscored(*value.shape, parts=len(PARTS_OF[detector]))
    own: dict[int, PackedForests] = {}
    known: list[NDArray[np.float32] | None] = [None] * len(value)
    pooled_rows: list[NDArray[np.float64]] = []
    done = 0
    for start, members in same_start(value):
        history = np.stack([fill_gaps(value[row, start:]) for row in members])
        trace = trace_days(history)
        parts = traced_parts(detector, trace)
        _keep(replay, members, start, trace, parts, np.isfinite(value[members]))
        for rows, row in zip(trace.rows, members, strict=True):
            teaches = np.isfinite(value[row, start:])
            known[row] = np.where(teaches[:, None], rows, np.nan).astype(np.float32)
            if detector not in GROW:
                continue
            seed_of = partial(forest_seed, seed, unique_ids[row])
            scores, forest = _forest_replay(rows, teaches, seed_of, GROW[detector])
            replay.parts[row, start:, -1] = np.where(teaches, scores, np.nan)
            if forest is not None:
                own[row] = forest
            pooled_rows.append(rows[_FIRST_FOREST_DAY:][-_POOLED_DAYS:])
        done += len(members)
        if progress:
            progress(done, len(value))
    replay = replace(replay, rows=tuple(known))
    grow = GROW.get(detector, no_forest)
    return _with_forests(replay, own, grow(_all_rows(pooled_rows), seed=forest_seed(seed, "", 0)))


def _unscored(series: int, days: int, *, parts: int) -> Replay:
    nothing = np.full((series, days), np.nan)
    return Replay(
        expected=nothing.copy(),
        lower=nothing.copy(),
        upper=nothing.copy(),
        parts=np.full((series, days, parts), np.nan),
        forests=grow_forest(np.empty((0, FOREST_FEATURES)), seed=0),
        state=DailyState.blank(series),
        history_days=np.zeros(series, np.int64),
        young=np.zeros((series, days), np.bool_),
        rows=(None,) * series,
    )


def same_start(value: NDArray[np.float64]) -> Iterator[tuple[int, list[int]]]:
    """Series that start on the same day, in groups of bounded size; never observed ones in none."""
    groups: dict[int, list[int]] = {}
    for row in range(len(value)):
        start = first_day(value[row])
        if start is not None:
            groups.setdefault(start, []).append(row)
    for start, rows in sorted(groups.items()):
        for first in range(0, len(rows), _TOGETHER):
            yield start, rows[first : first + _TOGETHER]


def _keep(
    replay: Replay,
    members: list[int],
    start: int,
    trace: DailyTrace,
    parts: NDArray[np.float64],
    observed: NDArray[np.bool_],
) -> None:
    """Write the trace of these series into the replay, scored days only."""
    days = trace.y.shape[1]
    scored = observed[:, start:] & (np.arange(days) >= WARM_UP_DAYS)
    expected = trace.expected[:, :days]
    interval = ordinary_interval(expected, trace.reach[:, :days], trace.smallest[:, :days])
    for array, kept in zip(
        (replay.expected, replay.lower, replay.upper), (expected, *interval), strict=True
    ):
        array[members, start:] = np.where(scored, kept, np.nan)
    replay.parts[members, start:] = np.where(scored[:, :, None], parts, np.nan)
    replay.history_days[members] = days
    state = state_after(trace)
    for field in fields(DailyState):
        getattr(replay.state, field.name)[members] = getattr(state, field.name)


def _forest_replay(
    rows: NDArray[np.float64],
    teaches: NDArray[np.bool_],
    seed_of: Callable[[int], int],
    grow: Grow,
) -> tuple[NDArray[np.float64], PackedForests | None]:
    """Forest score of each day [n] by the forest of the days before its refit; and the newest."""
    days = len(rows)
    scores = np.full(days, np.nan)
    forest: PackedForests | None = None
    if days < WARM_UP_DAYS:
        return scores, forest
    for fit, span in spans_of_fits(days, REFIT_DAYS, ahead=1):
        known = rows[_FIRST_FOREST_DAY:fit][teaches[_FIRST_FOREST_DAY:fit]]
        forest = grow(known, seed=seed_of(fit))
        served = slice(max(span.start, WARM_UP_DAYS), min(span.stop, days))
        scores[served] = compiled_scores(forest, 0, rows[served])
    return scores, forest


def _all_rows(rows: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([np.empty((0, FOREST_FEATURES)), *rows])


def _with_forests(replay: Replay, own: dict[int, PackedForests], pooled: PackedForests) -> Replay:
    series = len(replay.history_days)
    forests = stack_forests([*(own.get(row, pooled) for row in range(series)), pooled])
    return replace(replay, forests=forests)
