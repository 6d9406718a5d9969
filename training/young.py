"""Series between two and four weeks old: judged by their team's forest, for they have none yet.

The first fortnight of a series is silent. Then its days are scored like any other, but for the
forest, which is grown on the last days of the team's series and never on a later day; and for the
interval of ordinary days, which reaches to twice its largest day: launches double within a week.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from models.daily_state import DailyState
from models.daily_trace import DailyTrace, state_after, trace_days
from models.detectors.kind_parts import traced_parts
from models.detectors.kinds import DetectorKind
from models.features.expected import ordinary_interval
from models.features.filling import fill_gaps
from models.features.schedule import REFIT_DAYS, SILENT_DAYS, WARM_UP_DAYS, spans_of_fits
from models.forest import stack_forests
from models.forest_arrays import PackedForests
from models.forest_scoring import compiled_scores
from training.forest_growth import GROW
from training.replay import Replay, same_start
from training.team_forests import TeamForests

__all__ = ["score_young_days"]

#: How many times its largest day an ordinary day of a young series is at most. In generated worlds
#: launches double in a week: at 1 they made 6 of 47 alerts, at 2 none.
_GROWTH = 2.0

_Array = NDArray[np.float64]


def score_young_days(
    replay: Replay,
    value: _Array,
    teams: Sequence[str],
    *,
    seed: int,
    detector: DetectorKind = "range_forest",
) -> Replay:
    """The replay with days 14 to 27 of every series scored too, and marked `young`.

    What a series younger than four weeks is scored with afterwards comes from here as well: its
    state, and in the place of its own its team's forest.

    Parameters
    ----------
    value
        [N, T] NaN = not observed, as it was replayed.
    teams
        [N] team of each series.
    """
    replay = _copied(replay)
    begun = list(_begun(value, detector))
    starts = [value.shape[1] - int(days) for days in replay.history_days]
    rows = list(replay.rows)
    for group in begun:
        for row, seen in zip(group.members, group.trace.rows, strict=True):
            rows[row] = _as_then(replay.rows[row], seen)
    newest: dict[int, PackedForests] = {}
    forests = TeamForests(starts, rows, teams, GROW[detector], seed) if detector in GROW else None
    for group in begun:
        parts = group.parts
        for place, row in enumerate(group.members):
            if forests is not None:
                scores, forest = _by_the_team(group, place, forests, teams[row])
                parts[place, :, -1] = scores
                if forest is not None and replay.history_days[row] < WARM_UP_DAYS:
                    newest[row] = forest
        _keep(replay, group, parts, value)
    return replace(replay, forests=_with_newest(replay.forests, newest))


@dataclass(frozen=True)
class _Group:
    """Series of the same start, traced over their first four weeks with fits from day 14 on."""

    start: int
    members: list[int]
    trace: DailyTrace
    parts: _Array


def _begun(value: _Array, detector: DetectorKind) -> Iterator[_Group]:
    """Series that are at least a fortnight old."""
    for start, members in same_start(value):
        if value.shape[1] - start >= SILENT_DAYS:
            weeks = slice(start, start + WARM_UP_DAYS)
            trace = trace_days(
                np.stack([fill_gaps(value[row, weeks]) for row in members]), warm_up=SILENT_DAYS
            )
            trace = replace(trace, reach=_wide_reach(trace))
            yield _Group(start, members, trace, traced_parts(detector, trace))


def _wide_reach(trace: DailyTrace) -> _Array:
    """Half width [N, n + 1] of an interval that holds twice the largest day so far, too."""
    days = trace.y.shape[1]
    largest = np.maximum.accumulate(trace.y, axis=1)[:, np.maximum(np.arange(days + 1) - 1, 0)]
    return np.maximum(trace.reach, _GROWTH * largest - trace.expected[:, : days + 1])


def _copied(replay: Replay) -> Replay:
    """A replay whose arrays may be written to."""
    names = ("expected", "lower", "upper", "parts", "young")
    arrays = {name: getattr(replay, name).copy() for name in names}
    state = DailyState(
        **{field.name: getattr(replay.state, field.name).copy() for field in fields(DailyState)}
    )
    return replace(replay, **arrays, state=state)


def _as_then(rows: NDArray[np.float32] | None, seen: _Array) -> NDArray[np.float32] | None:
    """Rows of a series, its young days as forecasts of no later day saw them."""
    if rows is None:
        return None
    young = slice(SILENT_DAYS, len(seen))
    teaches = np.isfinite(rows[young])
    then = rows.copy()
    then[young] = np.where(teaches, seen[young], np.nan)
    return then


def _by_the_team(
    group: _Group, place: int, forests: TeamForests, team: str
) -> tuple[_Array, PackedForests | None]:
    """Forest score of each day [n] by the team's forest of the days before; and the newest one."""
    rows = group.trace.rows[place]
    scores = np.full(len(rows), np.nan)
    forest: PackedForests | None = None
    for fit, span in spans_of_fits(len(rows), REFIT_DAYS, 1, SILENT_DAYS):
        forest = forests.before(group.start + fit, team)
        if forest is not None:
            served = slice(max(span.start, SILENT_DAYS), min(span.stop, len(rows)))
            scores[served] = compiled_scores(forest, 0, rows[served])
    return scores, forest


def _keep(replay: Replay, group: _Group, parts: _Array, value: _Array) -> None:
    """Write the young days of a group into the replay, and the state of what is still young."""
    trace, days = group.trace, group.trace.y.shape[1]
    columns = slice(group.start + SILENT_DAYS, group.start + min(days, WARM_UP_DAYS))
    own = slice(SILENT_DAYS, min(days, WARM_UP_DAYS))
    scored = np.isfinite(value[group.members, columns]) & np.isfinite(parts[:, own]).all(axis=2)
    expected = trace.expected[:, own]
    interval = ordinary_interval(expected, trace.reach[:, own], trace.smallest[:, own])
    for array, kept in zip(
        (replay.expected, replay.lower, replay.upper), (expected, *interval), strict=True
    ):
        array[group.members, columns] = np.where(scored, kept, np.nan)
    replay.parts[group.members, columns] = np.where(scored[:, :, None], parts[:, own], np.nan)
    replay.young[group.members, columns] = scored
    if days < WARM_UP_DAYS:
        state = state_after(trace)
        for field in fields(DailyState):
            getattr(replay.state, field.name)[group.members] = getattr(state, field.name)


def _with_newest(forests: PackedForests, newest: dict[int, PackedForests]) -> PackedForests:
    """The forests with these in the places of their series."""
    if not newest:
        return forests
    order = sorted(newest)
    replacement = stack_forests([newest[row] for row in order])
    changed = {}
    for field in fields(PackedForests):
        array = getattr(forests, field.name).copy()
        array[order] = getattr(replacement, field.name)
        changed[field.name] = array
    return PackedForests(**changed)
