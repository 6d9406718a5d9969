"""The command line: `costcast VERB`. Heavy libraries load inside the verb that needs them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from costcast.accounts_cli import accounts_app
from costcast.arguments import AsJson, AsOf, State, Teams, moment_of, scope_of, settings_of
from costcast.check import check
from costcast.explain_cli import explain
from costcast.incidents_cli import incidents_app
from costcast.ledger_cli import ledger_app
from costcast.listing import print_json, screen_of, show
from costcast.prices_cli import prices_app
from costcast.score_cli import score
from costcast.simulate_cli import simulate
from ledger.problems import BadInput

__all__ = ["app", "main"]

app = typer.Typer(
    help="Forecasts, budgets and anomalies for AI spend, per team and per AI model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

_screen = screen_of()
_errors = Console(stderr=True, soft_wrap=True)

app.command()(check)
app.command()(explain)
app.command()(score)
app.command()(simulate)
app.add_typer(accounts_app, name="accounts")
app.add_typer(prices_app, name="prices")
app.add_typer(ledger_app, name="ledger")
app.add_typer(incidents_app, name="incidents")


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

    run_demo(settings_of(state), samples, _screen)


@app.command()
def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Export files, folders, quoted globs, addresses (s3://, gs://, file://), or - for "
            "standard input."
        ),
    ],
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
        settings_of(state),
        [_source(path) for path in paths],
        now=datetime.now(UTC),
        mapping=mapping,
        delivered_at=None if delivered_at is None else moment_of(delivered_at),
        dry_run=dry_run,
    )
    if as_json:
        print_json([_report_fields(report) for report in reports])
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
        night = run_night(settings_of(state), now=moment_of(as_of), step=step)
    _screen.print(f"snapshot {night.snapshot} published, report in {night.report}")


@app.command()
def train(state: State = None, as_of: AsOf = None) -> None:
    """Fit forecaster and detector on the ledger as of a time and put them to the gate."""
    from costcast.books import open_books  # noqa: PLC0415
    from costcast.nightly import train_on  # noqa: PLC0415
    from costcast.progress import steps_on  # noqa: PLC0415

    settings = settings_of(state)
    with steps_on(_screen) as step:
        outcome = train_on(settings, open_books(settings, moment_of(as_of)), step)
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

    rows = Costcast(settings_of(state)).forecast(
        scope_of(scope), team=team, model=model, horizon_days=horizon_days
    )
    show(rows, forecast_table(rows), as_json)


@app.command()
def budgets(scope: Teams = None, state: State = None, as_json: AsJson = False) -> None:
    """Project every budget: how likely it breaks, and when."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.tables import budget_table  # noqa: PLC0415

    rows = Costcast(settings_of(state)).project_budgets(scope_of(scope))
    show(rows, budget_table(rows), as_json)


@app.command()
def anomalies(
    level: Annotated[
        str, typer.Option(help="series (team and model), sums (teams, models, total), or all.")
    ] = "series",
    scope: Teams = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List the abnormal days of the published snapshot."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from costcast.tables import anomaly_table  # noqa: PLC0415
    from serving.detected import level_of  # noqa: PLC0415

    rows = Costcast(settings_of(state)).anomalies(scope_of(scope), level=level_of(level))
    show(rows, anomaly_table(rows), as_json)


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

    rows = Costcast(settings_of(state)).costs(
        scope_of(scope),
        start=None if start is None else moment_of(start).date(),
        end=None if end is None else moment_of(end).date(),
        group_by=tuple(group_by or ["team"]),
    )
    show(rows, cost_table(rows), as_json)


@app.command()
def report(
    to: Annotated[Path, typer.Option(help="File to write.")] = Path("report.html"),
    scope: Teams = None,
    state: State = None,
) -> None:
    """Write the HTML report of the published snapshot."""
    from costcast.facade import Costcast  # noqa: PLC0415
    from serving.report import render_report  # noqa: PLC0415

    costcast, asker = Costcast(settings_of(state)), scope_of(scope)
    incidents = costcast.incidents.told(asker)
    html = render_report(costcast.engine(), asker, evaluation=None, incidents=incidents)
    to.write_text(html, encoding="utf-8")
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

    settings = settings_of(state)
    start(
        ServingOptions(
            published=settings.published, state_url=settings.state_database, host=host, port=port
        )
    )


def _source(path: str) -> Any:  # noqa: ANN401 (returns ledger.inbox.Source, imported late)
    from ledger.piped import Piped  # noqa: PLC0415

    return Piped(sys.stdin.buffer) if path == "-" else path


def _report_fields(report: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        name: getattr(report, name)
        for name in ("file", "status", "reader", "confidence", "rows_in", "rows_kept", "error")
    } | {"reported": dict(report.reported), "notes": list(report.notes)}
