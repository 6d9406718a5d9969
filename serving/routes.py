"""The paths that the service answers, each with a metrics label of its own."""

from __future__ import annotations

__all__ = ["ROUTES"]

ROUTES = (
    "/",
    "/favicon.svg",
    "/finance.csv",
    "/finance.json",
    "/healthz",
    "/livez",
    "/metrics",
    "/readyz",
    "/report",
    "/v1/anomalies/score",
    "/v1/budgets/project",
    "/v1/costs",
    "/v1/explain",
    "/v1/forecast",
    "/v1/incidents",
    "/v1/incidents/{id}",
    "/v1/incidents/{id}/explanation",
)
