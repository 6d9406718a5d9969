"""BentoML's service without what leaks: a subclass that puts our guard in front.

BentoML 1.4 keeps one dead timer per request in its timeout middleware and a metric per invented
URL; both grow without bound under load. `Service` is private API: the version is pinned below
1.5 and the tests start a real server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import bentoml
from _bentoml_sdk import Service
from _bentoml_sdk.io_models import IORootModel
from starlette.middleware import Middleware
from starlette.requests import Request

from serving.guard import Guard
from serving.metrics import RequestMetrics
from serving.options import ServingOptions
from serving.routes import ROUTES

__all__ = ["GuardedService", "RawBody", "inference", "request_metrics"]

#: Of BentoML's own middleware: the timeout leaks, tracing costs half of a request's time.
_DROPPED = frozenset({"TimeoutMiddleware", "OpenTelemetryMiddleware"})

#: Of this worker.
request_metrics = RequestMetrics(ROUTES)


class GuardedService(Service[Any]):  # type: ignore[misc]  # BentoML has no types here
    """A BentoML service behind `serving.guard`."""

    def to_asgi(self, is_main: bool = True) -> Any:  # noqa: ANN401 (BentoML's words)
        """ASGI app of a worker, its middleware replaced before the stack is built."""
        options = ServingOptions()
        app = super().to_asgi(is_main=is_main)
        kept = [m for m in app.user_middleware if m.cls.__name__ not in _DROPPED]
        guard = Middleware(
            Guard,
            timeout_seconds=options.timeout_seconds,
            max_body_bytes=options.max_body_bytes,
            metrics=request_metrics,
        )
        app.user_middleware = [guard, *kept]
        return app


_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class RawBody(IORootModel[bytes]):  # type: ignore[misc]  # BentoML has no types here
    """Input of an inference route: the bytes as sent.

    The handler validates them itself, so that a bad request gets our problem+json and not
    BentoML's form of it.
    """

    __root_input__ = True

    @classmethod
    async def from_http_request(cls, request: Request, serde: object) -> RawBody:  # noqa: ARG003
        """Take the body without parsing it."""
        return cls(await request.body())


def inference(route: str) -> Callable[[_Handler], _Handler]:
    """Mark a method as the POST route of this path; it gets the raw body, returns a Response."""
    return cast(Callable[[_Handler], _Handler], bentoml.api(route=route, input_spec=RawBody))
