"""Told incidents against planted events: what a reader would say, and what it does to the count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.feedback_replay import LABEL_DELAY_DAYS, Telling
from insights.detection_truth import AFTERMATH_DAYS, TruthEvent
from insights.quieting import SAME_WEEK_DAYS
from journal.incident_values import FeedbackLabel, Incident

__all__ = ["counted", "said_of"]


@dataclass(frozen=True)
class _Unplanted:
    """An incident that holds no planted day, its label, and what it repeats."""

    telling: Telling
    label: FeedbackLabel
    again: bool
    same_week: bool


def said_of(incident: Incident, events: Sequence[TruthEvent]) -> FeedbackLabel:
    """What a reader who knows the truth says of an incident, by the days that it has."""
    here = [event for event in events if event.unique_id == incident.unique_id]
    days = [one.day for one in incident.days]
    held = {event.group for event in here if any(_holds(event, day) for day in days)}
    if "anomaly" in held:
        return "unexpected"
    if held:
        return "planned_activity"
    after = timedelta(days=AFTERMATH_DAYS)
    returns = [event for event in here if event.group == "anomaly"]
    if any(event.end <= days[0] < event.end + after for event in returns):
        return "expected"
    return "false_positive"


def counted(tellings: Sequence[Telling], events: Sequence[TruthEvent]) -> dict[str, int | Decimal]:
    """Counts of `benchmarks.feedback_rows.FeedbackRow`."""
    unplanted = _unplanted(tellings, events)
    groups = {
        "unplanted": unplanted,
        "false": [one for one in unplanted if one.label == "false_positive"],
        "again": [one for one in unplanted if one.again],
        "same_week": [one for one in unplanted if one.same_week],
    }
    counts: dict[str, int | Decimal] = {name: len(group) for name, group in groups.items()}
    for name, group in groups.items():
        counts[f"{name}_told"] = sum(one.telling.told is not None for one in group)
    planted = [event for event in events if event.group == "anomaly"]
    told = [(event, _first_told(event, tellings)) for event in planted]
    found = [(event, day) for event, day in told if day is not None]
    return counts | {
        "planted": len(planted),
        "found": len(found),
        "planted_usd": sum((abs(event.amount_usd) for event in planted), Decimal(0)),
        "found_usd": sum((abs(event.amount_usd) for event, _ in found), Decimal(0)),
        "days_to_tell": sum((day - event.start).days for event, day in found),
    }


def _unplanted(tellings: Sequence[Telling], events: Sequence[TruthEvent]) -> list[_Unplanted]:
    labels = [(telling, said_of(telling.incident, events)) for telling in tellings]
    calm = [(telling, label) for telling, label in labels if label != "unexpected"]
    others = [telling.incident for telling, _ in calm]
    found = []
    for telling, label in calm:
        ages = [(one, _age(one, telling.incident)) for one in others]
        before = [(one, age) for one, age in ages if age is not None and age >= LABEL_DELAY_DAYS]
        is_false = label == "false_positive"
        again = is_false and any(one.unique_id == telling.incident.unique_id for one, _ in before)
        week = is_false and any(age <= SAME_WEEK_DAYS for _, age in before)
        same_week = week and not again
        found.append(_Unplanted(telling, label, again, same_week))
    return found


def _age(earlier: Incident, incident: Incident) -> int | None:
    """Days from the beginning of one to that of the other; None for another direction."""
    if earlier.direction != incident.direction:
        return None
    return (incident.first_day - earlier.first_day).days


def _first_told(event: TruthEvent, tellings: Sequence[Telling]) -> date | None:
    """Last day that the night knew that first told one of the event's days; None = never."""
    nights = [
        night
        for telling in tellings
        if telling.incident.unique_id == event.unique_id
        for day, night in telling.days_told.items()
        if _holds(event, day)
    ]
    return min(nights, default=None)


def _holds(event: TruthEvent, day: date) -> bool:
    return event.start <= day < event.end
