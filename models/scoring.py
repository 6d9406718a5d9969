"""Score a point that somebody asks about: the replayed day, another value of it, or a later day.

numpy only: serving imports it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from models.alerting import AlertMemory, memory_after, worth_telling
from models.combined_score import combined_score
from models.daily_state import AHEAD_DAYS, DailyState
from models.daily_trace import state_after, trace_days
from models.detector_version import DetectorVersion
from models.detectors.kind_parts import later_parts
from models.detectors.kinds import WEIGHTS_OF
from models.features.filling import fill_gaps, first_day
from models.features.schedule import SILENT_DAYS, WARM_UP_DAYS
from models.forest_arrays import forest_scores
from models.next_day import NextDay, next_day
from models.point_score import PointFlag, PointScore
from models.significance import p_values
from models.usage import Usage
from models.usage_evidence import UsageEvidence, with_usage

__all__ = ["PointFlag", "PointScore", "score_point"]

#: Money is exact in the ledger and a float here: values this close are the same.
_SAME = 1e-9


@dataclass(frozen=True)
class _Before:
    """What is known before a day: the state (of one series), its length and how stale it is."""

    state: DailyState
    history_days: int
    step: int
    flags: tuple[PointFlag, ...]


def score_point(
    version: DetectorVersion,
    row: int,
    day: np.datetime64,
    value: float,
    usage: Usage | None = None,
) -> PointScore:
    """Score a value of one series on a day.

    A day of the replay with the value that the replay saw gives the replayed score; a later day
    continues from the stored state, the days between taken as expected.

    Parameters
    ----------
    row
        Of the series in the version.
    day
        From the version's first day to 31 days after its last.
    value
        Finite, in the unit of the measure.
    usage
        What the series used on that day, [1, 1]: evidence as in the replay, held against what the
        version knows of the series' use at its end. Without it the cost alone is judged.

    Raises
    ------
    ValueError
        For a value that is not finite or a day out of reach.
    """
    if not math.isfinite(value):
        raise ValueError(f"got value {value}, wanted a finite number")
    number = _number_of(version, day)
    is_later = number >= len(version.days)
    if not is_later and _was_seen(version, row, number, value):
        return _replayed(version, row, number)
    before = _after_the_end(version, row, number) if is_later else _within(version, row, number)
    evidence = None
    if usage is not None and version.usage is not None:
        evidence = version.usage.evidence(row, usage)
    return _scored(version, row, value, before, evidence)


def _number_of(version: DetectorVersion, day: np.datetime64) -> int:
    """Number of the day counted from the version's first."""
    first, end = version.days[0], version.days[-1] + AHEAD_DAYS
    date = day.astype("datetime64[D]")
    if not first <= date <= end:
        raise ValueError(f"got day {date}, wanted one from {first} to {end}")
    return int((date - first).astype(np.int64))


def _was_seen(version: DetectorVersion, row: int, number: int, value: float) -> bool:
    if not np.isfinite(version.score[row, number]):
        return False
    seen = float(version.actual[row, number])
    return math.isclose(seen, value, rel_tol=_SAME, abs_tol=_SAME)


def _replayed(version: DetectorVersion, row: int, number: int) -> PointScore:
    return PointScore(
        expected=float(version.expected[row, number]),
        lower=float(version.lower[row, number]),
        upper=float(version.upper[row, number]),
        score=float(version.score[row, number]),
        p_value=float(version.p_value[row, number]),
        alert=bool(version.alert[row, number]),
        flags=("insufficient_history",) if _was_young(version, row, number) else (),
    )


def _was_young(version: DetectorVersion, row: int, number: int) -> bool:
    """Whether a day of the replay came before the end of its series' warm-up."""
    start = len(version.days) - int(version.history_days[row])
    return number - start < WARM_UP_DAYS


def _after_the_end(version: DetectorVersion, row: int, number: int) -> _Before:
    step = number - len(version.days)
    one = {
        field.name: getattr(version.state, field.name)[row : row + 1]
        for field in fields(DailyState)
    }
    state = DailyState(**one)
    return _Before(state, int(version.history_days[row]), step, ("degraded",) if step else ())


def _within(version: DetectorVersion, row: int, number: int) -> _Before:
    """The state as it was before a day of the replay, from the days before that day only."""
    past = np.array(version.actual[row, :number])
    start = first_day(past)
    if start is None:
        return _Before(DailyState.blank(1), 0, 0, ("degraded",))
    state = state_after(trace_days(fill_gaps(past[start:])[None]))
    told = memory_after(
        version.score[row : row + 1, :number], version.alert[row : row + 1, :number]
    )
    state = replace(state, alert_age=told.age, alert_score=told.score)
    return _Before(state, number - start, 0, ("degraded",))


def _scored(
    version: DetectorVersion,
    row: int,
    value: float,
    before: _Before,
    evidence: UsageEvidence | None = None,
) -> PointScore:
    flags = before.flags
    if before.history_days < WARM_UP_DAYS:
        flags = (*flags, "insufficient_history")
    if not before.history_days:
        return PointScore(math.nan, math.nan, math.nan, math.nan, math.nan, False, flags)
    point = next_day(
        before.state, 0, history_days=before.history_days, step=before.step, value=value
    )
    strange = forest_scores(version.forests, _forest(version, row, before), point.row[None])
    parts = later_parts(
        version.detector,
        before.state,
        point,
        strange=float(strange[0]),
        history_days=before.history_days,
        step=before.step,
        value=value,
    )
    score = combined_score(version.pools, parts, WEIGHTS_OF[version.detector])
    support = None
    if evidence is not None and version.usage_pool is not None:
        score = with_usage(score, version.usage_pool, evidence.distance[0, 0])
        support = evidence.support(version.usage_pool)[0]
    return PointScore(
        expected=point.expected,
        lower=point.lower,
        upper=point.upper,
        score=float(score),
        p_value=float(p_values(version.pools[-1], score[None])[0]),
        alert=_alerts(version, before, (point, value, float(score)), support),
        flags=flags,
    )


def _forest(version: DetectorVersion, row: int, before: _Before) -> int:
    """Place of the forest that judges: a young series has its team's, a silent one that of all."""
    young = SILENT_DAYS <= version.history_days[row] < WARM_UP_DAYS
    own = before.history_days >= (SILENT_DAYS if young else WARM_UP_DAYS)
    return row if own else len(version.forests) - 1


def _alerts(
    version: DetectorVersion,
    before: _Before,
    judged: tuple[NextDay, float, float],
    support: NDArray[np.int8] | None,
) -> bool:
    """The same rule as in the replay: threshold, floors, one alert per event."""
    point, value, score = judged
    if before.history_days < SILENT_DAYS or not score >= version.threshold:
        return False
    told = worth_telling(
        np.array([value]),
        np.array([point.expected]),
        np.array([point.upper]),
        (version.floor_amount, version.floor_share),
        support,
    )
    memory = AlertMemory(before.state.alert_age + before.step, before.state.alert_score)
    return bool(told[0] and memory.allows(np.array([score]))[0])
