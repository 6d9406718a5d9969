"""Every day of a panel judged by what was known before it: features and forests of a series."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from models.combined_score import PARTS
from models.daily_state import DailyState
from models.daily_trace import DailyTrace, state_after, trace_days
from models.features.expected import ordinary_interval
from models.features.filling import fill_gaps, first_day
from models.features.forest_rows import FOREST_FEATURES
from models.features.schedule import REFIT_DAYS, SEASON, WARM_UP_DAYS, spans_of_fits
from models.forest import compiled_scores, grow_forest, stack_forests
from models.forest_arrays import PackedForests
from training.engines import Progress

__all__ = ["Replay", "replay_panel"]

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
        [N, T, 5] values of the parts; NaN = not scored.
    forests
        N + 1: the newest of each series (the pooled one for a short series), and the pooled one.
    state
        What the days after the panel are scored with.
    history_days
        [N] days since the first spend; 0 = never observed.
    """

    expected: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    parts: NDArray[np.float64]
    forests: PackedForests
    state: DailyState
    history_days: NDArray[np.int64]


def replay_panel(
    value: NDArray[np.float64],
    unique_ids: tuple[str, ...],
    *,
    seed: int,
    progress: Progress | None = None,
) -> Replay:
    """Replay daily series.

    Parameters
    ----------
    value
        [N, T] NaN = not observed: such a day is never scored and teaches no forest.
    unique_ids
        [N] name of each series; with the seed it fixes the forests, whatever else is in the panel.
    progress
        Called with (series done, of).
    """
    replay = _unscored(*value.shape)
    own: dict[int, PackedForests] = {}
    pooled_rows: list[NDArray[np.float64]] = []
    done = 0
    for start, members in _same_start(value):
        history = np.stack([fill_gaps(value[row, start:]) for row in members])
        trace = trace_days(history)
        _keep(replay, members, start, trace, np.isfinite(value[members]))
        for rows, row in zip(trace.rows, members, strict=True):
            teaches = np.isfinite(value[row, start:])
            scores, forest = _forest_replay(rows, teaches, seed, unique_ids[row])
            replay.parts[row, start:, -1] = np.where(teaches, scores, np.nan)
            if forest is not None:
                own[row] = forest
            pooled_rows.append(rows[_FIRST_FOREST_DAY:][-_POOLED_DAYS:])
        done += len(members)
        if progress:
            progress(done, len(value))
    return _with_forests(replay, own, pooled_rows, seed)


def _unscored(series: int, days: int) -> Replay:
    nothing = np.full((series, days), np.nan)
    return Replay(
        expected=nothing.copy(),
        lower=nothing.copy(),
        upper=nothing.copy(),
        parts=np.full((series, days, len(PARTS)), np.nan),
        forests=grow_forest(np.empty((0, FOREST_FEATURES)), seed=0),
        state=DailyState.blank(series),
        history_days=np.zeros(series, np.int64),
    )


def _same_start(value: NDArray[np.float64]) -> Iterator[tuple[int, list[int]]]:
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
    replay.parts[members, start:, :-1] = np.where(scored[:, :, None], trace.parts, np.nan)
    replay.history_days[members] = days
    state = state_after(trace)
    for field in fields(DailyState):
        getattr(replay.state, field.name)[members] = getattr(state, field.name)


def _forest_replay(
    rows: NDArray[np.float64], teaches: NDArray[np.bool_], seed: int, unique_id: str
) -> tuple[NDArray[np.float64], PackedForests | None]:
    """Forest score of each day [n] by the forest of the days before its refit; and the newest."""
    days = len(rows)
    scores = np.full(days, np.nan)
    forest: PackedForests | None = None
    if days < WARM_UP_DAYS:
        return scores, forest
    for fit, span in spans_of_fits(days, REFIT_DAYS, ahead=1):
        known = rows[_FIRST_FOREST_DAY:fit][teaches[_FIRST_FOREST_DAY:fit]]
        forest = grow_forest(known, seed=_seed_of(seed, unique_id, fit))
        served = slice(max(span.start, WARM_UP_DAYS), min(span.stop, days))
        scores[served] = compiled_scores(forest, 0, rows[served])
    return scores, forest


def _seed_of(seed: int, unique_id: str, fit: int) -> int:
    return zlib.crc32(f"{seed}:{unique_id}:{fit}".encode())


def _with_forests(
    replay: Replay, own: dict[int, PackedForests], rows: list[NDArray[np.float64]], seed: int
) -> Replay:
    known = np.concatenate([np.empty((0, FOREST_FEATURES)), *rows])
    pooled = grow_forest(known, seed=_seed_of(seed, "", 0))
    series = len(replay.history_days)
    forests = stack_forests([*(own.get(row, pooled) for row in range(series)), pooled])
    return replace(replay, forests=forests)
