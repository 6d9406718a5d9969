"""Incidents as people work with them: look, acknowledge, resolve, ignore, label."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql import ColumnElement

from journal.database import Database
from journal.incident_rows import read_incidents, record, update_incident
from journal.incident_values import OPEN_STATES, FeedbackLabel, Incident, IncidentState
from journal.tables import INCIDENTS
from ledger.problems import BadInput

__all__ = ["AFTER", "all_incidents", "change_incident", "find_incident", "labelled_incidents"]

#: The states that a person may give an incident, by the state it is in. The night closes, restates
#: and reopens by itself.
AFTER: dict[IncidentState, tuple[IncidentState, ...]] = {
    "active": ("acknowledged", "resolved", "ignored", "archived"),
    "acknowledged": ("active", "resolved", "ignored", "archived"),
    "resolved": ("active", "archived"),
    "ignored": ("active", "archived"),
    "restated": ("active", "archived"),
    "archived": ("active",),
}
#: What a label does to an incident that is still open.
_AFTER_LABEL: dict[FeedbackLabel, IncidentState] = {
    "expected": "ignored",
    "planned_activity": "ignored",
    "false_positive": "ignored",
    "unexpected": "acknowledged",
}
_LONGEST_NAME, _LONGEST_NOTE = 200, 4000


def all_incidents(
    database: Database,
    *,
    states: Sequence[IncidentState] | None = None,
    since: date | None = None,
    details: bool = False,
) -> list[Incident]:
    """Incidents in these states whose last strange day is not before `since`, by number.

    Without details they come without days and history.
    """
    conditions: list[ColumnElement[bool]] = []
    if states is not None:
        conditions.append(INCIDENTS.c.state.in_(states))
    if since is not None:
        conditions.append(INCIDENTS.c.last_day >= since)
    with database.reading() as connection:
        return read_incidents(connection, *conditions, details=details)


def find_incident(database: Database, number: int) -> Incident | None:
    """The incident with its days and history; None where there is none of this number."""
    with database.reading() as connection:
        found = read_incidents(connection, INCIDENTS.c.id == number)
    return found[0] if found else None


def labelled_incidents(database: Database) -> list[Incident]:
    """Incidents that somebody has labelled, with their days."""
    with database.reading() as connection:
        return read_incidents(connection, INCIDENTS.c.feedback.is_not(None))


def change_incident(
    database: Database,
    number: int,
    *,
    by: str,
    at: datetime,
    state: IncidentState | None = None,
    feedback: FeedbackLabel | None = None,
    note: str = "",
) -> Incident:
    """Give an incident another state, a label, or both; what belongs to it follows.

    A label closes an open incident ("unexpected" takes it instead) unless a state is given. The
    state it already has is no change and no error.

    Raises
    ------
    BadInput
        For a number that is none, a state that cannot follow, an empty or overlong name, or
        nothing to change.
    """
    _check(by, state, feedback, note)
    with database.writing() as connection:
        incident = _one(connection, number)
        members = read_incidents(connection, INCIDENTS.c.part_of == number, details=False)
        for one in (incident, *members):
            fields = _changed(one, (state, feedback), one is incident)
            for what, before, after in fields.pop("told"):
                record(
                    connection,
                    one.id,
                    at=at,
                    by=by,
                    what=what,
                    before=before,
                    after=after,
                    note=note,
                )
            update_incident(connection, one.id, fields | _times(one, fields.get("state"), at))
        return _one(connection, number)


def _check(by: str, state: IncidentState | None, feedback: FeedbackLabel | None, note: str) -> None:
    if not by.strip() or len(by) > _LONGEST_NAME:
        raise BadInput(f"who changes it, at most {_LONGEST_NAME} characters", field="by", got=by)
    if len(note) > _LONGEST_NOTE:
        raise BadInput(f"at most {_LONGEST_NOTE} characters", field="note", got=len(note))
    if state is None and feedback is None:
        raise BadInput("a state or a label", field="state")


def _one(connection: Connection, number: int) -> Incident:
    found = read_incidents(connection, INCIDENTS.c.id == number)
    if not found:
        raise BadInput("the number of an incident", field="id", got=number)
    return found[0]


def _changed(
    incident: Incident,
    asked: tuple[IncidentState | None, FeedbackLabel | None],
    is_asked: bool,
) -> dict[str, Any]:
    """Fields that change, and under "told" the lines of history: what, before, after."""
    state, feedback = asked
    fields: dict[str, Any] = {"told": []}
    if feedback is not None and feedback != incident.feedback:
        fields["feedback"] = feedback
        fields["told"].append(("feedback", incident.feedback, feedback))
    if state is None and feedback is not None and incident.state in OPEN_STATES:
        state = _AFTER_LABEL[feedback]
    if state is None or state == incident.state:
        return fields
    if state not in AFTER[incident.state]:
        if not is_asked:  # a part that was closed by itself stays closed
            return fields
        wanted = f"one of {', '.join(AFTER[incident.state])} after {incident.state}"
        raise BadInput(wanted, field="state", got=state)
    fields["state"] = state
    fields["told"].append(("state", incident.state, state))
    return fields


def _times(incident: Incident, state: IncidentState | None, at: datetime) -> dict[str, Any]:
    """When it was taken and closed, by its new state."""
    if state is None:
        return {}
    if state == "active":
        return {"resolved_at": None}
    taken = incident.acknowledged_at or at
    if state == "acknowledged":
        return {"acknowledged_at": taken, "resolved_at": None}
    # whoever closes an incident has seen it
    return {"acknowledged_at": taken, "resolved_at": incident.resolved_at or at}
