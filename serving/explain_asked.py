"""The question behind `POST /v1/explain` and `costcast explain`, put to an engine."""

from __future__ import annotations

from journal.explanations import Explanation
from ledger.scope import Scope
from serving.engine import Engine
from serving.problems import InvalidRequest
from serving.requests import ExplainRequest

__all__ = ["explain_asked"]


def explain_asked(engine: Engine, scope: Scope, asked: ExplainRequest) -> Explanation:
    """Explain a day, or a span against another; raises InvalidRequest for half a question."""
    spans = (asked.start, asked.end, asked.before_start, asked.before_end)
    if asked.day is not None and spans == (None,) * 4:
        return engine.explain(scope, day=asked.day, team=asked.team, model=asked.model)
    if asked.day is None and asked.start is not None and asked.end is not None:
        return engine.compare(
            scope,
            start=asked.start,
            end=asked.end,
            before_start=asked.before_start,
            before_end=asked.before_end,
            team=asked.team,
            model=asked.model,
        )
    raise InvalidRequest("either a day, or start and end", field="day")
