"""Bodies and queries of the HTTP routes. Unknown fields are refused, never ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from journal.incident_values import FeedbackLabel, IncidentState, Severity
from serving.points import Point
from serving.problems import FieldProblem, InvalidRequest

__all__ = [
    "AskedState",
    "BudgetRequest",
    "CostQuery",
    "ExplainRequest",
    "ForecastRequest",
    "IncidentQuery",
    "IncidentRequest",
    "ScoreRequest",
    "parse_body",
    "parse_query",
    "parse_values",
]

#: Most points of one scoring request.
MAX_POINTS = 1000
#: Who changed an incident over HTTP, where the request does not say.
UNNAMED = "http"
#: Longest text of a field that a problem repeats.
_SHOWN_CHARACTERS = 80

#: States of incidents as they are asked for; "open" are `journal.incident_values.OPEN_STATES`.
AskedState = Literal[IncidentState, "open", "all"]

_Request = TypeVar("_Request", bound="_Base")


class _Base(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ForecastRequest(_Base):
    """POST /v1/forecast: one series, the sum of several, or one per group."""

    team: str | None = None
    model: str | None = None
    group_by: tuple[str, ...] | None = None
    horizon_days: int | None = None
    levels: tuple[float, ...] | None = None


class BudgetRequest(_Base):
    """POST /v1/budgets/project: all budgets, or the named one."""

    budget: str | None = None


class ScoreRequest(_Base):
    """POST /v1/anomalies/score."""

    points: tuple[Point, ...] = Field(min_length=1, max_length=MAX_POINTS)


class CostQuery(_Base):
    """GET /v1/costs: sums over `[start, end)` by group."""

    start: date | None = None
    end: date | None = None
    group_by: tuple[str, ...] = ("team",)
    team: tuple[str, ...] = ()


class ExplainRequest(_Base):
    """POST /v1/explain: a day against what was expected of it, or one span against another."""

    team: str | None = None
    model: str | None = None
    day: date | None = None
    start: date | None = None
    end: date | None = None
    before_start: date | None = None
    before_end: date | None = None


class IncidentQuery(_Base):
    """GET /v1/incidents: those that meet every condition, by number; by default the open ones.

    `state`, `severity` and `team` may have several values, of which one is met. `since` and
    `until`: some of the days from its first to its last lie in `[since, until)`. `limit` keeps the
    latest.
    """

    state: tuple[AskedState, ...] = ("open",)
    severity: tuple[Severity, ...] = ()
    team: tuple[str, ...] = ()
    model: str | None = None
    since: date | None = None
    until: date | None = None
    limit: int | None = Field(default=None, ge=1)


class IncidentRequest(_Base):
    """PATCH /v1/incidents/{id}: another state, a label, or both.

    There are no accounts yet: `by` is who the asker says to be.
    """

    state: IncidentState | None = None
    feedback: FeedbackLabel | None = None
    note: str = ""
    by: str = UNNAMED


def parse_body(body: bytes, request: type[_Request]) -> _Request:
    """Validate a JSON body; raises InvalidRequest naming every wrong field."""
    try:
        return request.model_validate_json(body or b"{}")
    except ValidationError as problem:
        raise _invalid(problem) from None


def parse_query(pairs: Sequence[tuple[str, str]], query: type[_Request]) -> _Request:
    """Validate query parameters; those of a tuple field may repeat."""
    fields: dict[str, Any] = {}
    for name, text in pairs:
        if _is_list(query, name):
            fields[name] = (*fields.get(name, ()), text)
        elif name in fields:
            raise InvalidRequest("the parameter once", field=name, got=text)
        else:
            fields[name] = text
    return parse_values(fields, query)


def parse_values(fields: Mapping[str, Any], request: type[_Request]) -> _Request:
    """Validate values; raises InvalidRequest naming every wrong field."""
    try:
        return request.model_validate(fields)
    except ValidationError as problem:
        raise _invalid(problem) from None


def _is_list(query: type[_Base], name: str) -> bool:
    known = query.model_fields.get(name)
    return known is not None and isinstance(known.default, tuple)


def _told(problem: ValidationError) -> list[ErrorDetails]:
    """The errors; not that a list is too short whose wrong items were left out of the count."""
    errors = problem.errors(include_url=False)
    within = {error["loc"][:depth] for error in errors for depth in range(1, len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in within]


def _invalid(problem: ValidationError) -> InvalidRequest:
    errors = [
        FieldProblem(
            field=".".join(map(str, error["loc"])) or "body",
            got=str(error.get("ctx", {}).get("got", error["input"]))[:_SHOWN_CHARACTERS],
            wanted=error["msg"],
        )
        for error in _told(problem)
    ]
    first = errors[0]
    return InvalidRequest(first["wanted"], field=first["field"], got=first["got"], errors=errors)
