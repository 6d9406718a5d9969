"""`costcast explain`: why a day or a span cost what it did, down to the last digit."""

from __future__ import annotations

from typing import Annotated

import typer

from costcast.arguments import AsJson, State, Teams, day_of, scope_of, settings_of, span_of
from costcast.listing import print_json, screen_of

__all__ = ["explain"]

_Span = Annotated[
    str | None,
    typer.Option(help="A span, FIRST..END; END is the day after its last.", metavar="SPAN"),
]


def explain(
    *,
    team: Annotated[str | None, typer.Option(help="Team.")] = None,
    model: Annotated[str | None, typer.Option(help="AI model.")] = None,
    day: Annotated[str | None, typer.Option(help="A day, against what was expected.")] = None,
    span: _Span = None,
    against: Annotated[
        str | None,
        typer.Option(
            help="The span to compare with (default: as many days before).", metavar="SPAN"
        ),
    ] = None,
    scope: Teams = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Explain a day, or a change between two spans: exact drivers, who and where, the cause."""
    from costcast.explain_tables import explanation_tables  # noqa: PLC0415
    from costcast.facade import Costcast  # noqa: PLC0415
    from serving.explain_asked import explain_asked  # noqa: PLC0415
    from serving.requests import ExplainRequest  # noqa: PLC0415

    start, end = span_of(span)
    before_start, before_end = span_of(against)
    asked = ExplainRequest(
        team=team,
        model=model,
        day=day_of(day),
        start=start,
        end=end,
        before_start=before_start,
        before_end=before_end,
    )
    found = explain_asked(Costcast(settings_of(state)).engine(), scope_of(scope), asked)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        screen_of().print(*explanation_tables(found))
