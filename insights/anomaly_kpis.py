"""How well anomalies are handled: the KPIs of the FinOps Framework's anomaly management."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from journal.incident_values import Incident

__all__ = ["AnomalyKpis", "anomaly_kpis"]

_DAY_SECONDS = 86_400.0


@dataclass(frozen=True)
class AnomalyKpis:
    """Counts, mean times and money; None = nothing to measure it on.

    Names as in the FinOps Framework's capability "Anomaly Management" (finops.org).

    Parameters
    ----------
    detected, open
        Incidents that stand for themselves (not parts of others, not quieted), and those of them
        nobody has closed.
    days_to_detect
        Mean days from the start of the first strange day to the night that found it.
    days_to_acknowledge, days_to_resolve
        Mean days from that night until a person took it, and until it was closed. Incidents of a
        journal's first night, many over before it, count for neither finding nor closing.
    false_positive_share
        Of the labelled ones, those that somebody called a false positive.
    cost_impact, cost_below_expected
        Sums of what was spent above and below the expected; None in several currencies.
    """

    detected: int
    open: int
    days_to_detect: float | None
    days_to_acknowledge: float | None
    days_to_resolve: float | None
    labelled: int
    false_positive_share: float | None
    cost_impact: float | None
    cost_below_expected: float | None
    currency: str | None


def anomaly_kpis(incidents: Iterable[Incident]) -> AnomalyKpis:
    """Measure the incidents given; choose their time and scope before."""
    own = [one for one in incidents if one.part_of is None and one.quieted_by is None]
    timely = [one for one in own if not one.backfilled]
    labels = [one.feedback for one in own if one.feedback is not None]
    currencies = {one.currency for one in own}
    currency = currencies.pop() if len(currencies) == 1 else None
    impacts = [one.impact for one in own] if currency is not None else None
    return AnomalyKpis(
        detected=len(own),
        open=sum(one.is_open for one in own),
        days_to_detect=_mean([_to_detect(one) for one in timely]),
        days_to_acknowledge=_mean(
            [_days(one.detected_at, at) for one in own if (at := one.acknowledged_at)]
        ),
        days_to_resolve=_mean(
            [_days(one.detected_at, at) for one in timely if (at := one.resolved_at)]
        ),
        labelled=len(labels),
        false_positive_share=(
            sum(label == "false_positive" for label in labels) / len(labels) if labels else None
        ),
        cost_impact=None if impacts is None else sum(one for one in impacts if one > 0),
        cost_below_expected=None if impacts is None else -sum(one for one in impacts if one < 0),
        currency=currency,
    )


def _to_detect(incident: Incident) -> float:
    return _days(datetime.combine(incident.first_day, time(), UTC), incident.detected_at)


def _days(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / _DAY_SECONDS


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
