"""How good alerts are where the truth is known: held against planted events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from insights.known_event import KnownEvent

__all__ = ["AFTERMATH_DAYS", "DetectionScore", "EventGroup", "TruthEvent", "match_alerts"]

EventGroup = Literal["anomaly", "planned", "data"]

#: Days after an anomaly in which an alert of its series is about the return to normal.
AFTERMATH_DAYS = 8


class _Event(KnownEvent, Protocol):
    """What an event has to tell; `TruthEvent` does."""

    @property
    def group(self) -> EventGroup: ...
    @property
    def amount_usd(self) -> Decimal: ...


@dataclass(frozen=True)
class TruthEvent:
    """One known event of one series, on the days `[start, end)`.

    Parameters
    ----------
    kind
        "spike", "retry_loop", "launch", "price_cut", ...
    group
        "anomaly": should be found. "planned": a real change that was meant. "data": how the sources
        told it (a correction, a missing price).
    unique_id
        The series.
    amount_usd
        What the event cost; negative where it saved.
    note
        For people.
    """

    kind: str
    group: EventGroup
    unique_id: str
    start: date
    end: date
    amount_usd: Decimal
    note: str = ""


@dataclass(frozen=True)
class DetectionScore:
    """Alerts against truth; None = nothing to measure on.

    Parameters
    ----------
    alerts
        All of them = right + planned + aftermath + false.
    right
        Alerts inside a planted anomaly of their series.
    planned
        Others inside a planned change or a data event: real, but meant or known.
    aftermath
        Others in the eight days after an anomaly: the return to normal.
    false
        The rest.
    planted, found
        Anomalies, and those with an alert inside.
    recall_by_kind
        Kind of anomaly to (found, planted).
    planted_usd, found_usd
        Their absolute amounts.
    right_impact, false_impact
        Absolute impact (actual less expected, of the alert's day) of the right and of the false
        alerts, in the unit of the measure. Alerts about planned changes and returns are in neither:
        there is a real change of that amount behind them.
    """

    alerts: int
    right: int
    planned: int
    aftermath: int
    false: int
    planted: int
    found: int
    recall_by_kind: Mapping[str, tuple[int, int]]
    planted_usd: Decimal
    found_usd: Decimal
    right_impact: float = 0.0
    false_impact: float = 0.0

    @property
    def precision(self) -> float | None:
        """Strict: right / alerts."""
        return self.right / self.alerts if self.alerts else None

    @property
    def precision_with_planned(self) -> float | None:
        """Share of alerts with a real change behind them, planned changes and returns included."""
        return 1.0 - self.false / self.alerts if self.alerts else None

    @property
    def precision_by_dollars(self) -> float | None:
        """Share of the impact of right and false alerts that the right ones have."""
        impact = self.right_impact + self.false_impact
        return self.right_impact / impact if impact else None

    @property
    def recall(self) -> float | None:
        """Share of the planted anomalies that were found."""
        return self.found / self.planted if self.planted else None

    @property
    def dollars(self) -> float | None:
        """Share of the planted amount that was found."""
        return float(self.found_usd / self.planted_usd) if self.planted_usd else None


def match_alerts(
    alerts: Iterable[tuple[str, date, float]], truth: Iterable[_Event]
) -> DetectionScore:
    """Hold alerts (unique_id, day, impact) against the events of their series.

    The impact is actual less expected; its sign is of no consequence. An alert finds every anomaly
    whose days hold it. An alert inside an anomaly is right even where a planned change is under
    way.

    >>> spike = TruthEvent("spike", "anomaly", "team=ads", date(2026, 9, 1), date(2026, 9, 2),
    ...                    Decimal(90))
    >>> score = match_alerts([("team=ads", date(2026, 9, 1), 88.0),
    ...                       ("team=ads", date(2026, 5, 1), 5.0)], [spike])
    >>> score.recall, score.precision, score.false, round(score.precision_by_dollars, 2)
    (1.0, 0.5, 1, 0.95)
    """
    events = list(truth)
    by_series: dict[str, list[_Event]] = defaultdict(list)
    for event in events:
        by_series[event.unique_id].append(event)
    outcomes: dict[str, int] = defaultdict(int)
    impacts: dict[str, float] = defaultdict(float)
    found: set[int] = set()
    for unique_id, day, impact in alerts:
        here = by_series[unique_id]
        hit = [event for event in here if event.group == "anomaly" and _holds(event, day)]
        found.update(id(event) for event in hit)
        outcome = "right" if hit else _reason(here, day)
        outcomes[outcome] += 1
        impacts[outcome] += abs(impact)
    anomalies = [event for event in events if event.group == "anomaly"]
    caught = [event for event in anomalies if id(event) in found]
    return DetectionScore(
        alerts=sum(outcomes.values()),
        right=outcomes["right"],
        planned=outcomes["planned"],
        aftermath=outcomes["aftermath"],
        false=outcomes["false"],
        planted=len(anomalies),
        found=len(caught),
        recall_by_kind=_by_kind(anomalies, caught),
        planted_usd=_amount(anomalies),
        found_usd=_amount(caught),
        right_impact=impacts["right"],
        false_impact=impacts["false"],
    )


def _holds(event: _Event, day: date) -> bool:
    return event.start <= day < event.end


def _reason(events: Sequence[_Event], day: date) -> Literal["planned", "aftermath", "false"]:
    """Why an alert outside every anomaly may have been raised."""
    if any(event.group != "anomaly" and _holds(event, day) for event in events):
        return "planned"
    after = timedelta(days=AFTERMATH_DAYS)
    if any(event.group == "anomaly" and event.end <= day < event.end + after for event in events):
        return "aftermath"
    return "false"


def _by_kind(anomalies: Sequence[_Event], caught: Sequence[_Event]) -> dict[str, tuple[int, int]]:
    kinds = sorted({event.kind for event in anomalies})
    return {
        kind: (
            sum(event.kind == kind for event in caught),
            sum(event.kind == kind for event in anomalies),
        )
        for kind in kinds
    }


def _amount(events: Sequence[_Event]) -> Decimal:
    return sum((abs(event.amount_usd) for event in events), Decimal(0))
