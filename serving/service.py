"""The HTTP service (BentoML): inference by POST, everything else in a mounted app."""

from __future__ import annotations

import gc
from typing import Any

import bentoml
from starlette.responses import Response

from journal.explanations import Explanation
from journal.outcomes import Anomaly, BudgetProjection, Forecast
from ledger.scope import Scope
from serving.answers import answer, outcomes_json
from serving.asked_incidents import AskedIncidents
from serving.bento import GuardedService, inference, request_metrics
from serving.current import CurrentEngine
from serving.engine import Engine
from serving.explain_asked import explain_asked
from serving.incidents import IncidentBook
from serving.options import ServingOptions
from serving.pages import make_pages
from serving.requests import (
    BudgetRequest,
    ExplainRequest,
    ForecastRequest,
    ScoreRequest,
    parse_body,
)

__all__ = ["CostcastService"]

#: After load, look through young objects this seldom: arrays and modules never become garbage.
_GC_THRESHOLD = (50_000, 20, 100)

_options = ServingOptions()
_current = CurrentEngine(_options.published)


@bentoml.service(
    name="costcast",
    service_class=GuardedService,
    workers=1,  # one process, one set of metrics; more instances go behind a load balancer
    metrics={"enabled": False},  # labelled by path, so any client could grow them
    logging={"access": {"enabled": False}},
    http={"host": _options.host, "port": _options.port},
)
class CostcastService:
    """Answers from the published snapshot. There are no accounts yet: every asker sees all."""

    def __init__(self) -> None:
        _current.follow()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLD)

    def __is_ready__(self) -> bool:
        return _current.is_ready

    @inference("/v1/forecast")
    async def forecast(self, body: bytes, /) -> Any:  # noqa: ANN401 (BentoML makes a schema of it)
        """Forecast one series, the sum of several, or one sum per group."""

        def make(engine: Engine) -> Response:
            asked = parse_body(body, ForecastRequest)
            found = engine.forecast(Scope.everything(), **asked.model_dump())
            return outcomes_json(found, Forecast)

        return await answer(_current, make)

    @inference("/v1/budgets/project")
    async def project_budgets(self, body: bytes, /) -> Any:  # noqa: ANN401
        """Where every budget will end, how likely it breaks, and when."""

        def make(engine: Engine) -> Response:
            asked = parse_body(body, BudgetRequest)
            found = engine.project_budgets(Scope.everything(), budget=asked.budget)
            return outcomes_json(found, BudgetProjection)

        return await answer(_current, make)

    @inference("/v1/anomalies/score")
    async def score_anomalies(self, body: bytes, /) -> Any:  # noqa: ANN401
        """Score points: what series cost on a day, against what was expected."""

        def make(engine: Engine) -> Response:
            asked = parse_body(body, ScoreRequest)
            return outcomes_json(engine.score(Scope.everything(), asked.points), Anomaly)

        return await answer(_current, make)

    @inference("/v1/explain")
    async def explain(self, body: bytes, /) -> Any:  # noqa: ANN401
        """Why a day or a span cost what it did: exact drivers, who and where, the cause."""

        def make(engine: Engine) -> Response:
            asked = parse_body(body, ExplainRequest)
            return outcomes_json([explain_asked(engine, Scope.everything(), asked)], Explanation)

        return await answer(_current, make)


_service: Any = CostcastService  # the decorator made a bentoml service of the class
_incidents = AskedIncidents(IncidentBook(_options.state_url))
_service.mount_asgi_app(make_pages(_current, request_metrics, _incidents), path="/")
