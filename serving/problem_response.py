"""Problems as HTTP answers: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus

from starlette.responses import Response

from serving.problems import Problem

__all__ = ["PROBLEM_JSON", "problem_response", "status_response"]

PROBLEM_JSON = "application/problem+json"
#: Types are names, not addresses: they stay when the service moves.
_TYPE = "urn:costcast:problem:"


def problem_response(problem: Problem) -> Response:
    """Answer of a known problem."""
    detail = problem.told or str(problem)
    members = {name: got for name, got in problem.extensions.items() if got is not None}
    return _response(problem.status, problem.slug, problem.title, detail, members)


def status_response(status: int, detail: str | None = None) -> Response:
    """Answer of a bare HTTP status (404 of a path, 413, 415, 500, 504)."""
    phrase = HTTPStatus(status).phrase
    return _response(status, phrase.lower().replace(" ", "-"), phrase, detail or phrase, {})


def _response(
    status: int, slug: str, title: str, detail: str, members: dict[str, object]
) -> Response:
    body = {"type": _TYPE + slug, "title": title, "status": status, "detail": detail} | members
    text = json.dumps(body, ensure_ascii=False, default=str)
    return Response(text, status_code=status, media_type=PROBLEM_JSON)
