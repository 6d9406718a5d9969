"""`costcast incidents ...`: look at incidents, take them, close them, say what they were."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from costcast.arguments import AsJson, State, Teams, scope_of, settings_of, span_of
from costcast.listing import screen_of, show
from journal.incident_values import FeedbackLabel, Incident, IncidentState
from ledger.scope import Scope

if TYPE_CHECKING:
    from costcast.facade import Costcast

__all__ = ["incidents_app"]

incidents_app = typer.Typer(
    help="Incidents: list, take, close and label abnormal spend; KPIs.", no_args_is_help=True
)

Number = Annotated[int, typer.Argument(help="Number of the incident.")]
By = Annotated[str | None, typer.Option(help="Who changes it (default: the user).")]
Note = Annotated[str, typer.Option(help="Why, for the history.")]


@incidents_app.command("list")
def list_incidents(  # noqa: PLR0913 (options of a command)
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Closed ones, too (default: open ones).")
    ] = False,
    status: Annotated[
        list[str] | None, typer.Option(help="In these states (default: the open ones).")
    ] = None,
    severity: Annotated[list[str] | None, typer.Option(help="low, medium, high, critical.")] = None,
    model: Annotated[str | None, typer.Option(help="Of this AI model.")] = None,
    days: Annotated[str | None, typer.Option(help="Span, such as 2026-09-01..2026-10-01.")] = None,
    limit: Annotated[int | None, typer.Option(help="At most so many, the latest.")] = None,
    scope: Teams = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List incidents, those still open by default."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.incident_tables import incident_table  # noqa: PLC0415
    from serving.requests import IncidentQuery, parse_values  # noqa: PLC0415

    since, until = span_of(days)
    asked = {
        "state": status or (["all"] if everything else ["open"]),
        "severity": severity or [],
        "model": model,
        "since": since,
        "until": until,
        "limit": limit,
    }
    query = parse_values(asked, IncidentQuery)
    rows = Costcast(settings_of(state)).incidents.listed(scope_of(scope), query)
    show(rows, incident_table(rows), as_json)


@incidents_app.command("show")
def show_incident(
    number: Number, scope: Teams = None, state: State = None, as_json: AsJson = False
) -> None:
    """Show one incident with its history, and what most likely caused it."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.incident_tables import history_table, incident_table  # noqa: PLC0415

    costcast, asker = Costcast(settings_of(state)), scope_of(scope)
    one = costcast.incidents.one(asker, number)
    show([one], incident_table([one]), as_json)
    if not as_json:
        screen_of().print(history_table(one))
        cause = _cause(costcast, asker, one)
        screen_of().print(f"most likely: {cause or 'not known'}", highlight=False, markup=False)


@incidents_app.command("set")
def set_state(
    number: Number,
    to: Annotated[IncidentState, typer.Argument(help="Its new state.")],
    by: By = None,
    note: Note = "",
    scope: Teams = None,
    state: State = None,
) -> None:
    """Give an incident another state."""
    _change(state, scope, number, by, note, to=to)


@incidents_app.command("label")
def label(
    number: Number,
    feedback: Annotated[FeedbackLabel, typer.Argument(help="What it was.")],
    by: By = None,
    note: Note = "",
    scope: Teams = None,
    state: State = None,
) -> None:
    """Say what an incident was; days like an expected one are not told again."""
    _change(state, scope, number, by, note, feedback=feedback)


@incidents_app.command("kpis")
def kpis(scope: Teams = None, state: State = None, as_json: AsJson = False) -> None:
    """How fast incidents are found, taken and closed, and what they cost."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.incident_tables import kpi_table  # noqa: PLC0415

    measured = Costcast(settings_of(state)).incidents.kpis(scope_of(scope))
    show([measured], kpi_table(measured), as_json)


def _cause(costcast: Costcast, scope: Scope, incident: Incident) -> str | None:
    """Cause in words; None where there is no snapshot, or it knows no use of these days."""
    from serving.incident_causes import explain_incident  # noqa: PLC0415
    from serving.problems import NothingPublished  # noqa: PLC0415

    parts = [costcast.incidents.one(scope, part) for part in incident.parts]
    try:
        found = explain_incident(costcast.engine(), scope, incident, parts)
    except NothingPublished:
        return None
    return None if found is None else found.cause_text


def _change(
    state: State,
    scope: list[str] | None,
    number: int,
    by: str | None,
    note: str,
    *,
    to: IncidentState | None = None,
    feedback: FeedbackLabel | None = None,
) -> None:
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.incident_tables import incident_table  # noqa: PLC0415

    changed = Costcast(settings_of(state)).incidents.change(
        scope_of(scope),
        number,
        by=getpass.getuser() if by is None else by,
        at=datetime.now(UTC),
        state=to,
        feedback=feedback,
        note=note,
    )
    screen_of().print(incident_table([changed]))
