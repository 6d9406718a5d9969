"""Live points scored: what series cost on a day, against what is expected of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from journal.outcomes import Anomaly, Flag
from ledger.scope import Scope
from ledger.series import SeriesKey
from models.point_score import PointScore
from models.scoring import score_point
from serving.anomalies import flag_of, measured
from serving.detected import Detected, levels_of
from serving.point_ratios import PointRatios
from serving.points import Point, usage_of
from serving.problems import InvalidRequest, UnknownSeries
from serving.selection import select_rows
from serving.snapshot import Snapshot

__all__ = ["score_points"]

#: Said of a point whose quantities would have told more.
_COST_ONLY = Flag(
    code="degraded",
    reason="scored on its cost alone: the ledger knows the series' requests or tokens, "
    "the point does not state them",
    lifted_by="requests and tokens of the point",
)


def score_points(snapshot: Snapshot, scope: Scope, points: Sequence[Point]) -> list[Anomaly]:
    """Score the points in their order.

    The score is of the cost, and of the use as far as the point states it. One that states requests
    or tokens gets their ratios beside it; one that does not, of a series whose ratios the ledger
    knows, is flagged.

    Raises UnknownSeries for a series that the detector does not know or the asker may not see,
    InvalidRequest for a day that the detector does not reach.
    """
    (detected,) = levels_of(snapshot, scope, "series")
    row_of = {name: row for row, name in enumerate(detected.version.unique_ids)}
    ratios = PointRatios(snapshot)
    scored = []
    for point in points:
        rows = select_rows(snapshot.panel, scope, team=point.team, model=point.model)
        key = snapshot.panel.keys[rows[0]]
        row = row_of.get(key.unique_id)
        if row is None:
            raise UnknownSeries("model", point.model, [])
        scored.append(_scored(snapshot, detected, key, (row, point), ratios))
    return scored


def _scored(
    snapshot: Snapshot,
    detected: Detected,
    key: SeriesKey,
    asked: tuple[int, Point],
    ratios: PointRatios,
) -> Anomaly:
    row, point = asked
    version = detected.version
    day = np.datetime64(point.period_start, "D")
    try:
        result = score_point(version, row, day, point.actual, usage_of(point))
    except ValueError as problem:  # a day or a value that the detector cannot place
        raise InvalidRequest(str(problem), field="points") from None
    expected = measured(result.expected)
    replayed = _replayed_column(detected, row, point, result)
    read = ratios.of(key, point)
    flags = [flag_of(code) for code in result.flags]
    if read is None and replayed is None and ratios.knows(key):
        flags.append(_COST_ONLY)
    return Anomaly(
        snapshot=snapshot.id,
        unique_id=key.unique_id,
        series=dict(key),
        period_start=point.period_start,
        actual=point.actual,
        expected=expected,
        lower=measured(result.lower),
        upper=measured(result.upper),
        impact=None if expected is None else point.actual - expected,
        currency=version.currency,
        score=measured(result.score),
        p_value=measured(result.p_value),
        q_value=None if replayed is None else detected.q_value(row, replayed),
        alert=bool(result.alert),
        flags=flags,
        ratios=read,
    )


def _replayed_column(detected: Detected, row: int, point: Point, result: PointScore) -> int | None:
    """Column of the replay whose score this is; None where the point was scored anew."""
    version = detected.version
    column = int((np.datetime64(point.period_start, "D") - version.days[0]).astype(np.int64))
    if not 0 <= column < len(version.days) or "degraded" in result.flags:
        return None
    return column if version.score[row, column] == result.score else None
