"""Anomaly outcomes: the alerts of the detector's replay, and points scored on request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from journal.outcomes import Anomaly, Flag, FlagCode
from ledger.scope import Scope
from ledger.series import SeriesKey
from models.scoring import score_point
from serving.problems import InvalidRequest, UnknownSeries
from serving.requests import Point
from serving.selection import select_rows
from serving.snapshot import Snapshot

__all__ = ["Surroundings", "alerts", "score_points", "surroundings"]

_LIFTED_BY = {
    "degraded": "a detector fitted on the days before",
    "insufficient_history": "more days of history",
}
_REASONS = {
    "degraded": "days before are unknown and taken as expected, or the ledger has another value",
    "insufficient_history": "too short a history for a forest of its own: the pooled one scored it",
}


@dataclass(frozen=True)
class Surroundings:
    """[D] days around an anomaly: actual and expected amounts, NaN = not observed, not scored."""

    days: list[date]
    actual: NDArray[np.float64]
    expected: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def alerts(snapshot: Snapshot, scope: Scope, *, since: date | None) -> list[Anomaly]:
    """Days that alert in the detector's replay, from `since` on, by day and series."""
    version = snapshot.detector
    shown = {key.unique_id: key for key in snapshot.panel.keys if scope.allows(key)}
    found = [
        _replayed(snapshot, shown[version.unique_ids[row]], int(row), int(column))
        for row, column in np.argwhere(version.alert)
        if version.unique_ids[row] in shown
        and (since is None or version.days[column] >= np.datetime64(since))
    ]
    return sorted(found, key=lambda anomaly: (anomaly.period_start, anomaly.unique_id))


def score_points(snapshot: Snapshot, scope: Scope, points: Sequence[Point]) -> list[Anomaly]:
    """Score the points in their order.

    Raises UnknownSeries for a series that the detector does not know or the asker may not see,
    InvalidRequest for a day that the detector does not reach.
    """
    version = snapshot.detector
    row_of = {name: row for row, name in enumerate(version.unique_ids)}
    scored = []
    for point in points:
        rows = select_rows(snapshot.panel, scope, team=point.team, model=point.model)
        key = snapshot.panel.keys[rows[0]]
        row = row_of.get(key.unique_id)
        if row is None:
            raise UnknownSeries("model", point.model, [])
        scored.append(_scored(snapshot, key, row, point))
    return scored


def surroundings(snapshot: Snapshot, anomaly: Anomaly, *, before: int, after: int) -> Surroundings:
    """What was spent and expected on the days around an anomaly of the replay."""
    version = snapshot.detector
    row = version.unique_ids.index(anomaly.unique_id)
    middle = int((np.datetime64(anomaly.period_start) - version.days[0]).astype(int))
    columns = slice(max(middle - before, 0), middle + after + 1)
    return Surroundings(
        days=[day.astype(object) for day in version.days[columns]],
        actual=version.actual[row, columns],
        expected=version.expected[row, columns],
        lower=version.lower[row, columns],
        upper=version.upper[row, columns],
    )


def _replayed(snapshot: Snapshot, key: SeriesKey, row: int, column: int) -> Anomaly:
    version = snapshot.detector
    first: date = version.days[0].astype(object)
    actual = float(version.actual[row, column])
    expected = _measured(version.expected[row, column])
    return Anomaly(
        snapshot=snapshot.id,
        unique_id=key.unique_id,
        series=dict(key),
        period_start=first + timedelta(days=column),
        actual=actual,
        expected=expected,
        lower=_measured(version.lower[row, column]),
        upper=_measured(version.upper[row, column]),
        impact=None if expected is None else actual - expected,
        currency=version.currency,
        score=_measured(version.score[row, column]),
        p_value=_measured(version.p_value[row, column]),
        alert=bool(version.alert[row, column]),
        flags=[],
    )


def _scored(snapshot: Snapshot, key: SeriesKey, row: int, point: Point) -> Anomaly:
    version = snapshot.detector
    try:
        result = score_point(version, row, np.datetime64(point.period_start, "D"), point.actual)
    except ValueError as problem:  # a day or a value that the detector cannot place
        raise InvalidRequest(str(problem), field="points") from None
    expected = _measured(result.expected)
    return Anomaly(
        snapshot=snapshot.id,
        unique_id=key.unique_id,
        series=dict(key),
        period_start=point.period_start,
        actual=point.actual,
        expected=expected,
        lower=_measured(result.lower),
        upper=_measured(result.upper),
        impact=None if expected is None else point.actual - expected,
        currency=version.currency,
        score=_measured(result.score),
        p_value=_measured(result.p_value),
        alert=bool(result.alert),
        flags=[_flag(code) for code in result.flags],
    )


def _flag(code: FlagCode) -> Flag:
    return Flag(code=code, reason=_REASONS[code], lifted_by=_LIFTED_BY[code])


def _measured(value: float | np.float64 | None) -> float | None:
    """JSON has no NaN: not measured is None."""
    return None if value is None or math.isnan(value) else float(value)
