"""`costcast incidents ...`: look at incidents, take them, close them, say what they were."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from costcast.arguments import AsJson, State, Teams, scope_of, settings_of
from costcast.listing import screen_of, show
from journal.incident_values import FeedbackLabel, IncidentState

__all__ = ["incidents_app"]

incidents_app = typer.Typer(
    help="Incidents: list, take, close and label abnormal spend; KPIs.", no_args_is_help=True
)

Number = Annotated[int, typer.Argument(help="Number of the incident.")]
By = Annotated[str | None, typer.Option(help="Who changes it (default: the user).")]
Note = Annotated[str, typer.Option(help="Why, for the history.")]


@incidents_app.command("list")
def list_incidents(
    everything: Annotated[
        bool, typer.Option("--all", help="Closed ones, too (default: open ones).")
    ] = False,
    scope: Teams = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List incidents, those still open by default."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.incident_tables import incident_table  # noqa: PLC0415

    rows = Costcast(settings_of(state)).incidents.listed(scope_of(scope), only_open=not everything)
    show(rows, incident_table(rows), as_json)


@incidents_app.command("show")
def show_incident(
    number: Number, scope: Teams = None, state: State = None, as_json: AsJson = False
) -> None:
    """Show one incident with its history."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.incident_tables import history_table, incident_table  # noqa: PLC0415

    one = Costcast(settings_of(state)).incidents.one(scope_of(scope), number)
    show([one], incident_table([one]), as_json)
    if not as_json:
        screen_of().print(history_table(one))


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
