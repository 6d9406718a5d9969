"""The HTTP routes of incidents: list, show, explain, change."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from journal.explanations import Explanation
from journal.incident_values import Incident
from serving.answers import answer, outcomes_json, scope_of, teams_of
from serving.asked_incidents import AskedIncidents
from serving.current import CurrentEngine
from serving.engine import Engine
from serving.incident_causes import explain_incident
from serving.incidents import IncidentBook
from serving.problem_response import problem_response
from serving.problems import Problem, UnknownIncident
from serving.requests import IncidentQuery, IncidentRequest, parse_body, parse_query

__all__ = ["incident_routes"]

#: Digits of a number that no database stores; longer ones are cut where they are told.
_MOST_DIGITS = 20


def incident_routes(current: CurrentEngine, incidents: AskedIncidents) -> list[Route]:
    """Routes below `/v1/incidents`; `team` in a query narrows what they see, as of other routes."""
    handlers = _Incidents(current, incidents)
    return [
        Route("/v1/incidents", handlers.listed),
        Route("/v1/incidents/{id}", handlers.one, methods=["GET", "PATCH"]),
        Route("/v1/incidents/{id}/explanation", handlers.explanation),
    ]


class _Incidents:
    """Handlers; incidents come from the state database, explanations from the engine in force."""

    def __init__(self, current: CurrentEngine, incidents: AskedIncidents) -> None:
        self._current = current
        self._incidents = incidents

    async def listed(self, request: Request) -> Response:
        def ask(book: IncidentBook) -> list[Incident]:
            query = parse_query(request.query_params.multi_items(), IncidentQuery)
            return book.listed(scope_of(query.team), query)

        return await _answered(self._incidents.ask(ask))

    async def one(self, request: Request) -> Response:
        if request.method == "PATCH":
            return await self._change(request)

        def ask(book: IncidentBook) -> list[Incident]:
            return [book.one(scope_of(teams_of(request)), _number(request))]

        return await _answered(self._incidents.ask(ask))

    async def _change(self, request: Request) -> Response:
        body, at = await request.body(), datetime.now(UTC)

        def change(book: IncidentBook) -> list[Incident]:
            scope, number = scope_of(teams_of(request)), _number(request)
            asked = parse_body(body, IncidentRequest)
            return [book.change(scope, number, at=at, **asked.model_dump())]

        return await _answered(self._incidents.change(change))

    async def explanation(self, request: Request) -> Response:
        def ask(book: IncidentBook) -> list[Incident]:
            scope = scope_of(teams_of(request))
            incident = book.one(scope, _number(request))
            return [incident, *(book.one(scope, part) for part in incident.parts)]

        def make(engine: Engine) -> Response:
            scope = scope_of(teams_of(request))
            found = explain_incident(engine, scope, incident, parts)
            return outcomes_json([] if found is None else [found], Explanation)

        try:
            incident, *parts = await self._incidents.ask(ask)
        except Problem as problem:
            return problem_response(problem)
        return await answer(self._current, make)


async def _answered(asked: Awaitable[Sequence[Incident]]) -> Response:
    try:
        return outcomes_json(await asked, Incident)
    except Problem as problem:
        return problem_response(problem)


def _number(request: Request) -> int:
    """Number in the path; raises UnknownIncident for what is none."""
    text: str = request.path_params["id"]
    if text.isascii() and text.isdecimal() and len(text) < _MOST_DIGITS:
        return int(text)
    raise UnknownIncident(text[:_MOST_DIGITS])
