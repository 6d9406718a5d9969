"""Incidents that are made of others: opened and kept up to date from their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from journal.findings import Finding
from journal.incident_fields import new_fields, sums_of_parts
from journal.incident_rows import insert_incident, read_incidents, update_incident
from journal.incident_values import IncidentState
from journal.night_log import NightLog
from journal.tables import INCIDENTS

__all__ = ["keep_whole"]


def keep_whole(log: NightLog, finding: Finding, parts: Sequence[int], *, backfilled: bool) -> int:
    """Open the incident of these parts, or bring it up to date; returns its number."""
    members = read_incidents(log.connection, INCIDENTS.c.id.in_(parts), details=False)
    fields = sums_of_parts(members, log.night.severities)
    state: IncidentState = "active" if any(member.is_open for member in members) else "resolved"
    wholes = [member.part_of for member in members if member.part_of is not None]
    if wholes:
        number = min(wholes)
        _follow(log, number, fields, state)
    else:
        made = new_fields(finding, log.night, state=state, backfilled=backfilled, sums=fields)
        number = insert_incident(log.connection, made)
        log.tell(number, "opened", after=state, note=f"{len(members)} incidents in one")
        log.result.opened.append(number)
    for member in members:
        if member.part_of != number:
            update_incident(log.connection, member.id, {"part_of": number})
    return number


def _follow(log: NightLog, number: int, fields: dict[str, Any], state: IncidentState) -> None:
    (old,) = read_incidents(log.connection, INCIDENTS.c.id == number, details=False)
    changed = {name: value for name, value in fields.items() if getattr(old, name) != value}
    if old.is_open and state == "resolved":
        changed |= log.close(old, "all its parts are closed")
    elif old.state == "resolved" and state == "active":
        changed |= log.reopen(old, "a part is open again")
    update_incident(log.connection, number, changed)
