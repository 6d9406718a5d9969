"""What people handle: an incident, its days, its history and what was said about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from journal.outcomes import Outcome

__all__ = [
    "OPEN_STATES",
    "Direction",
    "FeedbackLabel",
    "Incident",
    "IncidentChange",
    "IncidentDay",
    "IncidentEnding",
    "IncidentKind",
    "IncidentState",
    "Severity",
]

IncidentState = Literal["active", "acknowledged", "resolved", "ignored", "archived", "restated"]
#: Nobody has to look at the others any more.
OPEN_STATES: tuple[IncidentState, ...] = ("active", "acknowledged")

#: "anomaly": strange days of one series. "first_seen": spend of a series that had none.
#: "diffuse": strange days of a sum (a team, a model, the total) none of whose series is strange.
#: "common": episodes of several series with one cause. "offset": two opposite moves under a parent
#: that did not move.
IncidentKind = Literal["anomaly", "first_seen", "diffuse", "common", "offset"]
Direction = Literal["up", "down", "both"]
Severity = Literal["low", "medium", "high", "critical"]
#: "back_to_normal": the days are ordinary again. "new_level": the strange level has become the
#: ordinary one. "no_longer_found": the detector no longer finds it in an unchanged ledger.
IncidentEnding = Literal["back_to_normal", "new_level", "no_longer_found"]
FeedbackLabel = Literal["expected", "unexpected", "false_positive", "planned_activity"]


class IncidentDay(Outcome):
    """One strange day; `expected` is what was expected before the incident, None = never seen."""

    day: date
    actual: float
    expected: float | None


class IncidentChange(Outcome):
    """One line of the history; `by` is a person, or "costcast" for the night."""

    at: datetime
    by: str
    what: Literal["opened", "state", "severity", "restated", "feedback"]
    before: str | None
    after: str | None
    note: str


class Incident(Outcome):
    """One event from its first strange day to its last, whatever number of alerts it raised.

    Parameters
    ----------
    id, dedupe_key
        Number for people; key under which the same event is never opened twice.
    unique_id, series
        The series, or the parent of several; "total" and empty for everything.
    first_day, last_day
        First and last strange day known so far, both included.
    detected_at, acknowledged_at, resolved_at
        When the night that found it ran, when a person took it, when it was closed. UTC.
    backfilled
        Found by the first night of a journal, so `detected_at` says nothing about how fast.
    actual, expected, impact
        Sums over the strange days, in `currency`; impact = actual - expected. Restated when the
        ledger changes. Of an "offset" the impacts of both moves together.
    score, p_value
        Of the strangest alert; None where no score found it.
    severity
        By the accumulated |impact|.
    feedback
        The latest label, if any.
    quieted_by
        The labelled incident that this one is like, so nobody is told.
    part_of, parts
        The incident that this one belongs to, and those that belong to it.
    """

    id: int
    dedupe_key: str
    kind: IncidentKind
    unique_id: str
    series: dict[str, str]
    direction: Direction
    state: IncidentState
    severity: Severity
    first_day: date
    last_day: date
    ending: IncidentEnding | None
    detected_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    backfilled: bool
    actual: float
    expected: float
    impact: float
    currency: str | None
    score: float | None
    p_value: float | None
    feedback: FeedbackLabel | None
    quieted_by: int | None
    part_of: int | None
    parts: list[int]
    snapshot: str
    days: list[IncidentDay]
    history: list[IncidentChange]

    @property
    def is_open(self) -> bool:
        """Whether somebody should still look at it."""
        return self.state in OPEN_STATES
