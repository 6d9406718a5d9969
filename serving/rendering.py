"""Pages from templates: the environment, its filters, and the policy browsers hold pages to."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from serving import charts, wording

__all__ = ["content_policy", "render"]

_STYLE = "style.css"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("serving"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("change", "compact", "day", "moment", "money", "month", "share", "short_day"):
        environment.filters[name] = getattr(wording, name)
    for name in ("anomaly_chart", "fan_chart", "range_bar"):
        environment.globals[name] = getattr(charts, name)
    environment.globals["style"] = _style
    environment.globals["span"] = wording.span
    return environment


def render(template: str, **values: object) -> str:
    """Text of a page."""
    return _environment().get_template(template).render(values)


def content_policy() -> str:
    """Content-Security-Policy of a page: nothing but the page itself and its own style sheet."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    environment = Environment(loader=PackageLoader("serving"), autoescape=False)  # noqa: S701 (CSS)
    return environment.get_template(_STYLE).render()
