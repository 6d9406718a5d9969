"""Anomaly outcomes: the alerts of the detector's replay, and the days around them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from journal.outcomes import Anomaly, Flag, FlagCode
from ledger.scope import Scope
from ledger.series import SeriesKey
from models.detector_version import DetectorVersion
from serving.detected import Detected, Level, levels_of
from serving.forecasts import TOTAL
from serving.snapshot import Snapshot

__all__ = ["Surroundings", "alerts", "flag_of", "measured", "surroundings"]

_LIFTED_BY = {
    "degraded": "a detector fitted on the days before",
    "insufficient_history": "more days of history",
}
_REASONS = {
    "degraded": "days before are unknown and taken as expected, or the ledger has another value",
    "insufficient_history": "too short a history for a forest of its own: its team's scored it",
}


@dataclass(frozen=True)
class Surroundings:
    """[D] days around an anomaly: actual and expected amounts, NaN = not observed, not scored."""

    days: list[date]
    actual: NDArray[np.float64]
    expected: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def alerts(
    snapshot: Snapshot, scope: Scope, *, since: date | None, level: Level = "series"
) -> list[Anomaly]:
    """Days that alert in the detector's replay, from `since` on, by day and series."""
    found = [
        _replayed(snapshot, detected, int(row), int(column))
        for detected in levels_of(snapshot, scope, level)
        for row, column in detected.alerts()
        if since is None or detected.version.days[column] >= np.datetime64(since)
    ]
    return sorted(found, key=lambda anomaly: (anomaly.period_start, anomaly.unique_id))


def surroundings(snapshot: Snapshot, anomaly: Anomaly, *, before: int, after: int) -> Surroundings:
    """What was spent and expected on the days around an anomaly of the replay."""
    version = _version_of(snapshot, anomaly.unique_id)
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


def flag_of(code: FlagCode) -> Flag:
    """The flag of a score, with its reason and what lifts it."""
    return Flag(code=code, reason=_REASONS[code], lifted_by=_LIFTED_BY[code])


def measured(value: float | np.float64 | None) -> float | None:
    """JSON has no NaN: not measured is None."""
    return None if value is None or math.isnan(value) else float(value)


def _version_of(snapshot: Snapshot, name: str) -> DetectorVersion:
    """The detector of the level that a series is of."""
    sums = snapshot.detector.aggregates
    return sums if sums is not None and name in sums.unique_ids else snapshot.detector


def _replayed(snapshot: Snapshot, detected: Detected, row: int, column: int) -> Anomaly:
    version, series = detected.version, detected.shown[row]
    first: date = version.days[0].astype(object)
    actual = float(version.actual[row, column])
    expected = measured(version.expected[row, column])
    return Anomaly(
        snapshot=snapshot.id,
        unique_id=SeriesKey(tuple(series.items())).unique_id if series else TOTAL,
        series=dict(series),
        period_start=first + timedelta(days=column),
        actual=actual,
        expected=expected,
        lower=measured(version.lower[row, column]),
        upper=measured(version.upper[row, column]),
        impact=None if expected is None else actual - expected,
        currency=version.currency,
        score=measured(version.score[row, column]),
        p_value=measured(version.p_value[row, column]),
        q_value=detected.q_value(row, column),
        alert=bool(version.alert[row, column]),
        flags=[flag_of("insufficient_history")] if detected.is_young(row, column) else [],
    )
