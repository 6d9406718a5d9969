"""Incidents in the tables: read whole, written row by row with their history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.sql import ColumnElement

from journal.incident_values import Incident, IncidentChange, IncidentDay
from journal.tables import CHANGES, DAYS, INCIDENTS

__all__ = ["NIGHT", "insert_incident", "read_incidents", "record", "update_incident", "write_days"]

#: Who changed it, where nobody did: the nightly run.
NIGHT = "costcast"
#: Ids in one statement; SQLite takes 32,766 parameters.
_AT_ONCE = 10_000


def read_incidents(
    connection: Connection, *conditions: ColumnElement[bool], details: bool = True
) -> list[Incident]:
    """Incidents that meet the conditions, by number; without details, no days and no history."""
    rows = connection.execute(select(INCIDENTS).where(*conditions).order_by(INCIDENTS.c.id))
    incidents = rows.mappings().all()
    numbers = [row["id"] for row in incidents]
    parts = _parts(connection, numbers)
    days = _days(connection, numbers) if details else {}
    history = _history(connection, numbers) if details else {}
    return [
        Incident.model_validate(
            {
                **row,
                "parts": parts.get(row["id"], []),
                "days": days.get(row["id"], []),
                "history": history.get(row["id"], []),
            }
        )
        for row in incidents
    ]


def insert_incident(connection: Connection, fields: Mapping[str, Any]) -> int:
    """Insert one incident; returns its number."""
    done = connection.execute(insert(INCIDENTS).values(**fields))
    key = done.inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave no number to an incident")
    return int(key[0])


def update_incident(connection: Connection, number: int, fields: Mapping[str, Any]) -> None:
    """Write new values of an incident."""
    if fields:
        connection.execute(update(INCIDENTS).where(INCIDENTS.c.id == number).values(**fields))


def write_days(connection: Connection, number: int, days: Iterable[IncidentDay]) -> None:
    """Write days of an incident in place of those stored."""
    connection.execute(DAYS.delete().where(DAYS.c.incident_id == number))
    rows = [{"incident_id": number, **day.model_dump()} for day in days]
    if rows:
        connection.execute(insert(DAYS), rows)


def record(
    connection: Connection, number: int, *, at: datetime, by: str, what: str, **told: str | None
) -> None:
    """Append a line to the history: `before`, `after` and `note` where there are any."""
    line = {"before": None, "after": None, **told, "note": told.get("note") or ""}
    connection.execute(insert(CHANGES).values(incident_id=number, at=at, by=by, what=what, **line))


def _parts(connection: Connection, numbers: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for some in _portions(numbers):
        query = select(INCIDENTS.c.id, INCIDENTS.c.part_of).where(INCIDENTS.c.part_of.in_(some))
        for number, whole in connection.execute(query.order_by(INCIDENTS.c.id)):
            found[whole].append(number)
    return found


def _days(connection: Connection, numbers: Sequence[int]) -> dict[int, list[IncidentDay]]:
    found: dict[int, list[IncidentDay]] = defaultdict(list)
    for some in _portions(numbers):
        query = select(DAYS).where(DAYS.c.incident_id.in_(some)).order_by(DAYS.c.day)
        for row in connection.execute(query).mappings():
            found[row["incident_id"]].append(IncidentDay.model_validate(_without_number(row)))
    return found


def _history(connection: Connection, numbers: Sequence[int]) -> dict[int, list[IncidentChange]]:
    found: dict[int, list[IncidentChange]] = defaultdict(list)
    for some in _portions(numbers):
        query = select(CHANGES).where(CHANGES.c.incident_id.in_(some)).order_by(CHANGES.c.id)
        for row in connection.execute(query).mappings():
            found[row["incident_id"]].append(IncidentChange.model_validate(_without_number(row)))
    return found


def _without_number(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"incident_id", "id"}}


def _portions(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
