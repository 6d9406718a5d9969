"""What is not inference: the finance page and its files, the report, costs, metrics."""

from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from journal.incident_values import Incident
from journal.outcomes import CostRow, FinanceRow
from serving.answers import answer, outcomes_json, scope_of, teams_of
from serving.asked_incidents import AskedIncidents
from serving.current import CurrentEngine
from serving.engine import Engine
from serving.incident_routes import incident_routes
from serving.incidents import IncidentBook
from serving.metrics import RequestMetrics
from serving.problem_response import problem_response
from serving.problems import Problem, StateUnavailable
from serving.rendering import content_policy, render
from serving.report import render_report
from serving.requests import CostQuery, parse_query
from serving.story import tell

__all__ = ["CSV_COLUMNS", "finance_csv", "make_pages"]

CSV_COLUMNS = (
    "team",
    "month",
    "currency",
    "actual",
    "provisional_actual",
    "p10",
    "p50",
    "p90",
    "budget",
    "p_breach",
    "last_month",
    "change_on_last_month",
    "flags",
    "snapshot",
)
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="8" fill="#4f46e5"/><path d="M6 22l6-7 5 3" fill="none" stroke="#fff" stroke-width="3"/>'
    '<path d="M17 18l9-10v16z" fill="#c7d2fe"/></svg>'
)


def make_pages(
    current: CurrentEngine, metrics: RequestMetrics, incidents: AskedIncidents
) -> Starlette:
    """App of the pages, to be mounted at `/`."""
    pages = _Pages(current, metrics, incidents)
    return Starlette(
        routes=[
            Route("/", pages.finance),
            Route("/finance.csv", pages.finance_csv),
            Route("/finance.json", pages.finance_json),
            Route("/report", pages.report),
            Route("/v1/costs", pages.costs),
            *incident_routes(current, incidents),
            Route("/metrics", pages.metrics),
            Route("/favicon.svg", pages.icon),
        ]
    )


def finance_csv(rows: list[FinanceRow]) -> str:
    """The finance rows as CSV; what was not measured is empty, money has a point and no commas.

    Cells that a spreadsheet would run as a formula are written with a leading apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for row in rows:
        fields = row.model_dump(mode="json") | {"flags": " ".join(f.code for f in row.flags)}
        fields["team"] = _harmless(row.team)
        writer.writerow(["" if fields[name] is None else fields[name] for name in CSV_COLUMNS])
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


class _Pages:
    """Handlers; each answers from the engine in force when it is asked."""

    def __init__(
        self, current: CurrentEngine, metrics: RequestMetrics, incidents: AskedIncidents
    ) -> None:
        self._current = current
        self._incidents = incidents
        self._metrics = metrics

    async def finance(self, request: Request) -> Response:
        def make(engine: Engine) -> Response:
            teams = teams_of(request)
            story = tell(engine, scope_of(teams))
            return _page(render("finance.html.j2", story=story, teams=teams, query=_query(teams)))

        return await answer(self._current, make)

    async def report(self, request: Request) -> Response:
        def ask(book: IncidentBook) -> list[Incident]:
            return book.told(scope_of(teams_of(request)))

        def make(engine: Engine) -> Response:
            scope = scope_of(teams_of(request))
            return _page(render_report(engine, scope, evaluation=None, incidents=incidents))

        incidents: list[Incident] | None
        try:
            incidents = await self._incidents.ask(ask)
        except StateUnavailable:
            incidents = None  # the rest of the report is as good as ever, and it says what lacks
        except Problem as problem:
            return problem_response(problem)
        return await answer(self._current, make)

    async def finance_csv(self, request: Request) -> Response:
        def make(engine: Engine) -> Response:
            text = finance_csv(engine.finance(scope_of(teams_of(request))))
            name = f"costcast-finance-{engine.snapshot.today}.csv"
            headers = {"content-disposition": f'attachment; filename="{name}"'}
            return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

        return await answer(self._current, make)

    async def finance_json(self, request: Request) -> Response:
        def make(engine: Engine) -> Response:
            return outcomes_json(engine.finance(scope_of(teams_of(request))), FinanceRow)

        return await answer(self._current, make)

    async def costs(self, request: Request) -> Response:
        def make(engine: Engine) -> Response:
            query = parse_query(request.query_params.multi_items(), CostQuery)
            found = engine.costs(
                scope_of(query.team), start=query.start, end=query.end, group_by=query.group_by
            )
            return outcomes_json(found, CostRow)

        return await answer(self._current, make)

    async def metrics(self, _: Request) -> Response:
        ready = f"costcast_ready {int(self._current.is_ready)}\n"
        media_type = "text/plain; version=0.0.4; charset=utf-8"
        return Response(self._metrics.text() + ready, media_type=media_type)

    async def icon(self, _: Request) -> Response:
        return Response(_ICON, media_type="image/svg+xml")


def _query(teams: list[str]) -> str:
    """Query that keeps links within the named teams."""
    return f"?{urlencode([('team', team) for team in teams])}" if teams else ""


def _page(text: str) -> Response:
    headers = {
        "content-security-policy": content_policy(),
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
    }
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)
