"""The outermost layer of the service: size, type, time, and every error as problem+json."""

from __future__ import annotations

import asyncio
import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.metrics import RequestMetrics
from serving.problem_response import PROBLEM_JSON, status_response

__all__ = ["Guard"]

_LOG = logging.getLogger(__name__)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Guard:
    """ASGI middleware around everything, BentoML's own routes included.

    Parameters
    ----------
    app
        What is guarded.
    timeout_seconds
        For reading the body and answering; later 504.
    max_body_bytes
        Larger bodies are answered with 413, whether they say their length or not.
    metrics
        Where requests are counted.
    """

    def __init__(
        self, app: ASGIApp, *, timeout_seconds: float, max_body_bytes: int, metrics: RequestMetrics
    ) -> None:
        self._app = app
        self._timeout = timeout_seconds
        self._max_body = max_body_bytes
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, answer = time.perf_counter(), _Answer(send)
        try:
            async with asyncio.timeout(self._timeout):
                await self._admit(scope, receive, answer)
        except TimeoutError:
            if answer.status:
                raise
            detail = f"no answer within {self._timeout:g} seconds"
            await status_response(504, detail)(scope, receive, answer)
        except Exception:
            if answer.status:
                raise
            _LOG.exception("unhandled error on %s %s", scope["method"], scope["path"])
            await status_response(500, "see the log of the service")(scope, receive, answer)
        finally:
            self._metrics.record(scope["path"], answer.status, time.perf_counter() - begun)

    async def _admit(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, answer)
            return
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            detail = f"got content-type {kind!r}, wanted application/json"
            await status_response(415, detail)(scope, receive, answer)
            return
        body = await self._read(headers, receive)
        if body is None:
            detail = f"wanted a body of at most {self._max_body} bytes"
            await status_response(413, detail)(scope, receive, answer)
            return
        await self._app(scope, _replay(body, receive), answer)

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        """Read the whole body ahead; None when it is too large.

        Raising out of `receive` instead would become a 500 in the mounted app.
        """
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._max_body:
            return None
        parts, size = [], 0
        while True:
            message = await receive()
            part: bytes = message.get("body", b"")
            parts.append(part)
            size += len(part)
            if size > self._max_body:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class _Answer:
    """Passes an answer on, as problem+json where an error has another form.

    BentoML and Starlette answer unknown paths and methods in plain text.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._replaced = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif not self._replaced:
            await self._send(message)

    async def _start(self, message: Message) -> None:
        self.status = message["status"]
        headers = MutableHeaders(raw=list(message.get("headers", [])))
        kind = headers.get("content-type", "")
        if self.status >= 400 and not kind.startswith(PROBLEM_JSON):
            self._replaced = True
            problem = status_response(self.status)
            kept = [(k, v) for k, v in headers.raw if k.lower() == b"allow"]
            await self._send(
                {
                    "type": "http.response.start",
                    "status": self.status,
                    "headers": [*problem.raw_headers, *kept],
                }
            )
            await self._send({"type": "http.response.body", "body": problem.body})
            return
        headers["x-content-type-options"] = "nosniff"
        await self._send({**message, "headers": headers.raw})
