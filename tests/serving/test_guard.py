"""The guard in front of the service: size, type, time, and every error in one form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from serving.guard import Guard
from serving.metrics import RequestMetrics


async def _echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


async def _slow(_: Request) -> Response:
    await asyncio.sleep(60)
    return PlainTextResponse("late")


async def _broken(_: Request) -> Response:
    raise RuntimeError("a secret")


async def _plain_error(_: Request) -> Response:
    return PlainTextResponse("BentoML's words", status_code=400)


METRICS = RequestMetrics(["/echo"])
APP = Guard(
    Starlette(
        routes=[
            Route("/echo", _echo, methods=["GET", "POST"]),
            Route("/slow", _slow),
            Route("/broken", _broken),
            Route("/plain", _plain_error),
        ]
    ),
    timeout_seconds=0.2,
    max_body_bytes=100,
    metrics=METRICS,
)
JSON = {"content-type": "application/json"}


def _ask(method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=APP, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, path, **request)

    return asyncio.run(ask())


def _problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    return body["status"], body["type"].removeprefix("urn:costcast:problem:")


def test_a_good_request_passes() -> None:
    answer = _ask("POST", "/echo", content=b'{"a": 1}', headers=JSON)
    assert (answer.status_code, answer.content) == (200, b'{"a": 1}')
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_charset_and_case_of_the_type_do_not_matter() -> None:
    kind = {"content-type": "Application/JSON; charset=utf-8"}
    assert _ask("POST", "/echo", content=b"{}", headers=kind).status_code == 200


def test_other_types_are_refused() -> None:
    for kind in ("text/plain", "application/vnd.bentoml+pickle", "multipart/form-data"):
        answer = _ask("POST", "/echo", content=b"{}", headers={"content-type": kind})
        assert _problem(answer) == (415, "unsupported-media-type")


def test_a_large_body_is_refused() -> None:
    answer = _ask("POST", "/echo", content=b"x" * 101, headers=JSON)
    assert _problem(answer)[0] == 413


def test_a_large_body_of_unknown_length_is_refused() -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 10

    assert _problem(_ask("POST", "/echo", content=parts(), headers=JSON))[0] == 413


def test_a_slow_answer_is_given_up() -> None:
    assert _problem(_ask("GET", "/slow")) == (504, "gateway-timeout")


def test_an_error_tells_nothing_of_the_inside() -> None:
    answer = _ask("GET", "/broken")
    assert _problem(answer)[0] == 500
    assert "secret" not in answer.text


def test_errors_in_other_forms_become_problems() -> None:
    assert _problem(_ask("GET", "/plain")) == (400, "bad-request")
    assert _problem(_ask("GET", "/nowhere")) == (404, "not-found")
    answer = _ask("DELETE", "/echo")
    assert _problem(answer) == (405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]


def test_paths_that_are_no_routes_share_a_label() -> None:
    for number in range(50):
        _ask("GET", f"/invented/{number}")
    text = METRICS.text()
    assert "invented" not in text
    assert 'costcast_requests_total{route="other",status="404"}' in text
    assert 'costcast_requests_total{route="/echo",status="200"}' in text
