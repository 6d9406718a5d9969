"""Outcomes as HTTP answers: JSON of frozen values, the snapshot's id in a header."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from journal.explanations import Explanation
from journal.incident_values import Incident
from journal.outcomes import Anomaly, BudgetProjection, CostRow, FinanceRow, Forecast, Outcome
from ledger.scope import Scope
from ledger.series import UNALLOCATED
from serving.current import CurrentEngine
from serving.engine import Engine
from serving.problem_response import problem_response
from serving.problems import InvalidRequest, Problem

__all__ = ["SNAPSHOT_HEADER", "answer", "outcomes_json", "scope_of", "teams_of"]

SNAPSHOT_HEADER = "x-snapshot"

_LISTS: dict[type[Outcome], TypeAdapter[Any]] = {
    kind: TypeAdapter(list[kind])  # type: ignore[valid-type]  # a list type per outcome
    for kind in (
        Anomaly,
        BudgetProjection,
        CostRow,
        Explanation,
        FinanceRow,
        Forecast,
        Incident,
    )
}


async def answer(current: CurrentEngine, make: Callable[[Engine], Response]) -> Response:
    """Answer from one snapshot, in a thread so that others are not kept waiting."""
    try:
        engine = current.engine
        response = await asyncio.to_thread(make, engine)
    except Problem as problem:
        return problem_response(problem)
    response.headers[SNAPSHOT_HEADER] = engine.snapshot.id
    return response


def outcomes_json(outcomes: Sequence[Outcome], kind: type[Outcome]) -> Response:
    """JSON array of outcomes of one kind; money as text, exact."""
    return Response(_LISTS[kind].dump_json(list(outcomes)), media_type="application/json")


def scope_of(teams: Sequence[str]) -> Scope:
    """Scope of a request. There are no accounts yet: everything, narrowed to the teams named."""
    if UNALLOCATED in teams:
        raise InvalidRequest("names of teams", field="team", got=UNALLOCATED)
    return Scope.of_teams(*teams) if teams else Scope.everything()


def teams_of(request: Request) -> list[str]:
    """Teams named in the query."""
    return request.query_params.getlist("team")
