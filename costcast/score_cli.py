"""`costcast score`: live points, against what is expected of their day."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from costcast.arguments import AsJson, State, Teams, scope_of, settings_of
from costcast.listing import show

__all__ = ["score"]


def score(  # noqa: PLR0913 (a point and where to look: every option has its name)
    *,
    team: Annotated[str | None, typer.Option(help="Team of one point.")] = None,
    model: Annotated[str | None, typer.Option(help="AI model of one point.")] = None,
    day: Annotated[str | None, typer.Option(help="Its UTC day.")] = None,
    actual: Annotated[float | None, typer.Option(help="What the day cost.")] = None,
    requests: Annotated[int | None, typer.Option(help="Requests of the day, if known.")] = None,
    tokens: Annotated[int | None, typer.Option(help="Tokens of the day, if known.")] = None,
    points: Annotated[
        Path | None,
        typer.Option(help='Many points: JSON as of POST /v1/anomalies/score; "-" reads stdin.'),
    ] = None,
    scope: Teams = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Score what series cost on a day, before it is in the ledger."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.score_table import score_table  # noqa: PLC0415
    from serving.requests import ScoreRequest, parse_body, parse_values  # noqa: PLC0415

    if points is not None:
        body = sys.stdin.buffer.read() if str(points) == "-" else points.read_bytes()
        asked = parse_body(body, ScoreRequest)
    else:
        stated = {
            "team": team,
            "model": model,
            "period_start": day,
            "actual": actual,
            "requests": requests,
            "tokens": tokens,
        }
        one = {name: value for name, value in stated.items() if value is not None}
        asked = parse_values({"points": [one]}, ScoreRequest)
    rows = Costcast(settings_of(state)).score(scope_of(scope), asked.points)
    show(rows, score_table(rows), as_json)
