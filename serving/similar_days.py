"""Earlier alerts that look like a day that is explained, out of those the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from insights.driver_parts import PARTS, PartName
from insights.similar import Case, most_similar
from journal.explanations import SimilarDay
from journal.outcomes import Anomaly

__all__ = ["similar_days"]

#: So many of them are looked through, the latest.
_LOOKED_THROUGH = 200


def similar_days(case: Case, past: Sequence[Anomaly]) -> list[SimilarDay]:
    """Earlier alerts with the same cause or the same shape of drivers, the most alike first."""
    earlier = [one for one in past if one.period_start < case.day and one.cause is not None]
    earlier = sorted(earlier, key=lambda one: one.period_start)[-_LOOKED_THROUGH:]
    of_case = {(one.unique_id, one.period_start): one for one in earlier}
    nearest = most_similar(case, [_case(one) for one in earlier])
    return [_similar(of_case[found.unique_id, found.day], cosine) for found, cosine in nearest]


def _case(anomaly: Anomaly) -> Case:
    parts: dict[PartName, Decimal] = {
        name: driver.amount
        for driver in anomaly.drivers or ()
        for name in PARTS
        if name == driver.part
    }
    return Case(anomaly.unique_id, anomaly.period_start, anomaly.cause or "", parts)


def _similar(anomaly: Anomaly, cosine: float) -> SimilarDay:
    return SimilarDay(
        unique_id=anomaly.unique_id,
        series=anomaly.series,
        period_start=anomaly.period_start,
        cause=anomaly.cause or "",
        cause_text=anomaly.cause_text or "",
        impact=anomaly.impact,
        similarity=round(cosine, 4),
    )
