"""The command line: `costcast VERB`. Heavy libraries load inside the verb that needs them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from costcast.settings import Settings
from journal.outcomes import Outcome
from ledger.problems import BadInput

__all__ = ["app", "main"]

app = typer.Typer(
    help="Forecasts, budgets and anomalies for AI spend, per team and per AI model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

#: Columns of output that goes to a file or a pipe.
_WIDTH_WITHOUT_TERMINAL = 120


def _console() -> Console:
    """The terminal; where there is none (a pipe, a log), wide enough for the tables."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH_WITHOUT_TERMINAL)


_screen = _console()
_errors = Console(stderr=True, soft_wrap=True)

State = Annotated[
    Path | None, typer.Option(help="Folder of all state (default: the setting `state`).")
]
AsOf = Annotated[
    str | None,
    typer.Option(help="As of this UTC time, e.g. 2026-10-20 or 2026-10-20T12:00 (default: now)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Teams = Annotated[
    list[str] | None, typer.Option("--scope", help="Show only these teams (default: everything).")
]


def main() -> None:
    """Run the command line; bad input ends it with its message and exit code 2."""
    try:
        app()
    except BadInput as problem:
        _errors.print(f"[red]error[/red] {problem}", highlight=False)
        raise SystemExit(2) from None


@app.command()
def demo(
    state: Annotated[Path, typer.Option(help="Where the demo keeps its state.")] = Path("var/demo"),
    samples: Annotated[Path, typer.Option(help="The sample deliveries.")] = Path("data/samples"),
) -> None:
    """Run the main job on the samples, from exports to the report."""
    from costcast.demo import run_demo  # noqa: PLC0415

    run_demo(_settings(state), samples, _screen)


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Export files or folders of them.")],
    state: State = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Mapping file (TOML) of a generic export.")
    ] = None,
    delivered_at: Annotated[
        str | None, typer.Option(help="When the source delivered it (UTC).")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Tell what would happen, store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read exports into the ledger; one bad file does not stop the others (exit code 1)."""
    from costcast.nightly import ingest_into  # noqa: PLC0415
    from costcast.tables import ingest_table  # noqa: PLC0415

    reports = ingest_into(
        _settings(state),
        paths,
        now=datetime.now(UTC),
        mapping=mapping,
        delivered_at=None if delivered_at is None else _time(delivered_at),
        dry_run=dry_run,
    )
    if as_json:
        _print_json([_report_fields(report) for report in reports])
    else:
        _screen.print(ingest_table(reports))
    if any(report.status == "refused" for report in reports):
        raise typer.Exit(1)


@app.command()
def nightly(state: State = None, as_of: AsOf = None) -> None:
    """Ingest the inbox, train, score, forecast, project budgets, publish, report."""
    from costcast.nightly import run_night  # noqa: PLC0415
    from costcast.progress import steps_on  # noqa: PLC0415

    with steps_on(_screen) as step:
        night = run_night(_settings(state), now=_time(as_of), step=step)
    _screen.print(f"snapshot {night.snapshot} published, report in {night.report}")


@app.command()
def train(state: State = None, as_of: AsOf = None) -> None:
    """Fit forecaster and detector on the ledger as of a time and put them to the gate."""
    from costcast.books import open_books  # noqa: PLC0415
    from costcast.nightly import train_on  # noqa: PLC0415
    from costcast.progress import steps_on  # noqa: PLC0415

    settings = _settings(state)
    with steps_on(_screen) as step:
        outcome = train_on(settings, open_books(settings, _time(as_of)), step)
    for decision in outcome.decisions:
        _screen.print(decision)


@app.command()
def forecast(
    team: Annotated[str | None, typer.Option(help="Team.")] = None,
    model: Annotated[str | None, typer.Option(help="AI model.")] = None,
    horizon_days: Annotated[int | None, typer.Option(help="Days ahead.")] = None,
    scope: Teams = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Forecast one series, a team, a model or the total, from the published snapshot."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.tables import forecast_table  # noqa: PLC0415

    rows = Costcast(_settings(state)).forecast(
        _scope(scope), team=team, model=model, horizon_days=horizon_days
    )
    _show(rows, forecast_table(rows), as_json)


@app.command()
def budgets(scope: Teams = None, state: State = None, as_json: AsJson = False) -> None:
    """Project every budget: how likely it breaks, and when."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.tables import budget_table  # noqa: PLC0415

    rows = Costcast(_settings(state)).project_budgets(_scope(scope))
    _show(rows, budget_table(rows), as_json)


@app.command()
def anomalies(scope: Teams = None, state: State = None, as_json: AsJson = False) -> None:
    """List the abnormal days of the published snapshot."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.tables import anomaly_table  # noqa: PLC0415

    rows = Costcast(_settings(state)).anomalies(_scope(scope))
    _show(rows, anomaly_table(rows), as_json)


@app.command()
def costs(
    group_by: Annotated[list[str] | None, typer.Option(help="team, model, use_case, ...")] = None,
    start: Annotated[str | None, typer.Option(help="First day.")] = None,
    end: Annotated[str | None, typer.Option(help="Day after the last.")] = None,
    scope: Teams = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Sum the ledger by group, exactly."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.tables import cost_table  # noqa: PLC0415

    rows = Costcast(_settings(state)).costs(
        _scope(scope),
        start=None if start is None else _time(start).date(),
        end=None if end is None else _time(end).date(),
        group_by=tuple(group_by or ["team"]),
    )
    _show(rows, cost_table(rows), as_json)


@app.command()
def report(
    to: Annotated[Path, typer.Option(help="File to write.")] = Path("report.html"),
    scope: Teams = None,
    state: State = None,
) -> None:
    """Write the HTML report of the published snapshot."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from serving.report import render_report  # noqa: PLC0415

    engine = Costcast(_settings(state)).engine()
    to.write_text(render_report(engine, _scope(scope), evaluation=None), encoding="utf-8")
    _screen.print(f"report in {to}")


@app.command()
def serve(
    state: State = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 3000,
) -> None:
    """Serve the published snapshot over HTTP; a newly published one is picked up by itself."""
    from serving.options import ServingOptions  # noqa: PLC0415
    from serving.start import start  # noqa: PLC0415

    start(ServingOptions(published=_settings(state).published, host=host, port=port))


def _settings(state: Path | None) -> Settings:
    return Settings() if state is None else Settings(state=state)


def _time(text: str | None) -> datetime:
    """Parse a UTC time; a time without zone is UTC, as in the exports."""
    if text is None:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("a time such as 2026-10-20T12:00", got=text) from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _scope(teams: list[str] | None) -> Any:  # noqa: ANN401 (returns ledger.scope.Scope, imported late)
    from ledger.scope import Scope  # noqa: PLC0415

    return Scope.of_teams(*teams) if teams else Scope.everything()


def _show(rows: list[Any], table: Table, as_json: bool) -> None:
    if as_json:
        _print_json([_fields(row) for row in rows])
    else:
        _screen.print(table)


def _fields(row: Outcome) -> dict[str, Any]:
    return row.model_dump(mode="json")


def _report_fields(report: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        name: getattr(report, name)
        for name in ("file", "status", "reader", "confidence", "rows_in", "rows_kept", "error")
    } | {"reported": dict(report.reported), "notes": list(report.notes)}


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
