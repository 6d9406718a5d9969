"""Incidents within a scope, from a state database: what HTTP, command line and notebooks say."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from journal.database import Database
from journal.incident_values import OPEN_STATES, FeedbackLabel, Incident, IncidentState
from journal.incidents import all_incidents, change_incident, find_incident
from journal.visible_incidents import visible_incidents
from ledger.problems import BadInput
from ledger.scope import Scope
from serving.problems import InvalidRequest, UnknownIncident
from serving.requests import IncidentQuery
from serving.state_database import StateDatabase

__all__ = ["ALL_INCIDENTS", "OPEN_INCIDENTS", "IncidentBook"]

OPEN_INCIDENTS, ALL_INCIDENTS = IncidentQuery(), IncidentQuery(state=("all",))
_STATES: tuple[IncidentState, ...] = get_args(IncidentState)
#: No incident has a greater number, and PostgreSQL refuses to look for one: INTEGER has 32 bits.
_GREATEST_NUMBER = 2**31 - 1


class IncidentBook:
    """The incidents of a state database; none where no night has been through them yet.

    All methods may be called from several threads, and raise StateUnavailable where the database
    cannot be asked.

    Parameters
    ----------
    url
        SQLAlchemy URL of the state database.
    """

    def __init__(self, url: str) -> None:
        self._state = StateDatabase(url)

    def listed(self, scope: Scope, query: IncidentQuery = OPEN_INCIDENTS) -> list[Incident]:
        """Incidents within the scope that meet the query, by number, without days and history."""
        if query.since is not None and query.until is not None and query.since >= query.until:
            wanted = f"a day after since {query.since}"
            raise InvalidRequest(wanted, field="until", got=str(query.until))
        # which links are cut is decided among all incidents; who may see everything keeps them all
        sees_all = scope.teams is None
        states = _states(query) if sees_all else None
        with self._state.asked() as database:
            found = [] if database is None else all_incidents(database, states=states)
        seen = found if sees_all else visible_incidents(found, scope)
        met = [one for one in seen if _meets(one, query)]
        return met if query.limit is None else met[-query.limit :]

    def told(self, scope: Scope) -> list[Incident]:
        """All incidents within the scope for a report: open ones with their days and history."""
        with self._state.asked() as database:
            found = [] if database is None else all_incidents(database)
            details = [] if database is None else _details_of_open(database)
        whole = {one.id: one for one in details}
        return visible_incidents([whole.get(one.id, one) for one in found], scope)

    def one(self, scope: Scope, number: int) -> Incident:
        """An incident with its days and history; raises UnknownIncident."""
        found: list[Incident] = []
        if 0 < number <= _GREATEST_NUMBER:
            with self._state.asked() as database:
                found = [] if database is None else _with_linked(database, number)
        for one in visible_incidents(found, scope):
            if one.id == number:
                return one
        raise UnknownIncident(number)

    def change(
        self,
        scope: Scope,
        number: int,
        *,
        by: str,
        at: datetime,
        state: IncidentState | None = None,
        feedback: FeedbackLabel | None = None,
        note: str = "",
    ) -> Incident:
        """Change an incident that the scope may see (`journal.incidents.change_incident`).

        Raises UnknownIncident, and InvalidRequest for what it cannot be changed to.
        """
        self.one(scope, number)
        with self._state.asked() as database:
            if database is None:
                raise UnknownIncident(number)
            try:
                change_incident(
                    database, number, by=by, at=at, state=state, feedback=feedback, note=note
                )
            except BadInput as problem:
                raise InvalidRequest(
                    problem.wanted, field=problem.field, got=problem.got
                ) from problem
        return self.one(scope, number)

    def close(self) -> None:
        """Give back the connections; the next question opens them again."""
        self._state.close()


def _with_linked(database: Database, number: int) -> list[Incident]:
    """The incident of a number and those that it names; none where there is none."""
    asked = find_incident(database, number)
    if asked is None:
        return []
    named = {asked.part_of, asked.quieted_by, *asked.parts} - {None}
    linked = [find_incident(database, other) for other in named if other is not None]
    return [asked, *(one for one in linked if one is not None)]


def _states(query: IncidentQuery) -> list[IncidentState] | None:
    """The states that a query asks for; None = all."""
    if "all" in query.state:
        return None
    asked = {*query.state, *(OPEN_STATES if "open" in query.state else ())}
    return [state for state in _STATES if state in asked]


def _details_of_open(database: Database) -> list[Incident]:
    return all_incidents(database, states=OPEN_STATES, details=True)


def _meets(incident: Incident, query: IncidentQuery) -> bool:
    states = _states(query)
    return (
        (states is None or incident.state in states)
        and (not query.severity or incident.severity in query.severity)
        and (not query.team or incident.series.get("team") in query.team)
        and query.model in {None, incident.series.get("model")}
        and (query.since is None or incident.last_day >= query.since)
        and (query.until is None or incident.first_day < query.until)
    )
