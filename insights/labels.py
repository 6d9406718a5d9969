"""What is known of past days, to hold alerts against: planted truth, or what people said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from insights.detection_truth import DetectionScore, EventGroup, TruthEvent, match_alerts
from journal.incident_values import FeedbackLabel, Incident

__all__ = ["Labels"]

#: What a label says of the days of its incident; a false alarm has nothing behind it.
_GROUPS: dict[FeedbackLabel, EventGroup | None] = {
    "unexpected": "anomaly",
    "expected": "planned",
    "planned_activity": "planned",
    "false_positive": None,
}

_Alert = tuple[str, date, float]


@dataclass(frozen=True)
class Labels:
    """Known events, and which days of which series are judged at all.

    Parameters
    ----------
    events
        What happened.
    judged
        Series and days `[start, end)` that somebody looked at; None = all of them, so an alert
        outside every event is a false one.
    """

    events: tuple[TruthEvent, ...]
    judged: tuple[tuple[str, date, date], ...] | None = None

    @classmethod
    def of_incidents(cls, incidents: Iterable[Incident]) -> Labels:
        """What people said of incidents; only their days are judged."""
        events, judged = [], []
        for incident in incidents:
            if incident.feedback is None:
                continue
            end = incident.last_day + timedelta(days=1)
            judged.append((incident.unique_id, incident.first_day, end))
            group = _GROUPS[incident.feedback]
            if group is not None:
                event = TruthEvent(
                    kind=incident.kind,
                    group=group,
                    unique_id=incident.unique_id,
                    start=incident.first_day,
                    end=end,
                    amount_usd=Decimal(str(incident.impact)),
                )
                events.append(event)
        return cls(tuple(events), tuple(judged))

    def score(self, alerts: Sequence[_Alert], first: date, last: date) -> DetectionScore:
        """Hold the alerts (unique_id, day, impact) of a window, both ends included, against them.

        An anomaly that began before the window counts as known: nobody could have found its start,
        and an alert inside it is no false one.
        """
        inside = [
            replace(event, group="planned") if event.start < first else event
            for event in self.events
            if event.end > first and event.start <= last
        ]
        return match_alerts([alert for alert in alerts if self._judges(alert)], inside)

    def _judges(self, alert: _Alert) -> bool:
        name, day, _ = alert
        return self.judged is None or any(
            name == series and start <= day < end for series, start, end in self.judged
        )
