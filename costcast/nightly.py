"""The order of the day: ingest, train, publish, write the tables, report. One screen.

The night takes `now` once; everything it says is as of that time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from costcast.books import Books, open_books
from costcast.incident_door import IncidentDoor
from costcast.incident_night import keep_incidents
from costcast.night_tables import forecast_rows, write_outcomes, write_table
from costcast.progress import Step, silent
from costcast.settings import Settings
from journal.database import open_database
from journal.night_log import NightResult
from journal.outcomes import Anomaly, BudgetProjection, FinanceRow
from journal.vintages import append_vintage
from ledger.inbox import Source
from ledger.ingest import FileReport, ingest
from ledger.privacy import load_or_create_key
from ledger.quantities import quantities
from ledger.scope import Scope
from ledger.store import Ledger
from serving.engine import Engine
from serving.report import render_report
from serving.snapshot import open_current, publish
from training.pipeline import TrainingOptions, TrainingOutcome, train
from training.registry import open_registry
from training.revisions import Knowledge
from training.sync import sync

__all__ = ["Night", "ingest_into", "publish_books", "run_night", "train_on", "write_report"]


@dataclass(frozen=True)
class Night:
    """What a night did: the published snapshot, where its tables and report lie, and the rest."""

    snapshot: str
    tables: Path
    report: Path
    files: list[FileReport]
    training: TrainingOutcome
    incidents: NightResult


def run_night(settings: Settings, *, now: datetime, step: Step = silent) -> Night:
    """Run the whole night as of `now`; raises BadInput when the ledger holds nothing."""
    files = ingest_into(settings, [settings.deliveries], now=now, step=step)
    step("reading the books")
    books = open_books(settings, now)
    training = train_on(settings, books, step)
    step("publishing the snapshot")
    snapshot = publish_books(settings, books)
    engine = Engine(open_current(settings.published))
    step("going through the incidents")
    incidents = _keep_incidents(settings, engine)
    step("writing tables and report")
    tables = settings.reports / f"{now:%Y-%m-%d}"
    _write_tables(settings, engine, tables)
    report = tables / "report.html"
    write_report(settings, engine, report)
    return Night(snapshot, tables, report, files, training, incidents)


def _keep_incidents(settings: Settings, engine: Engine) -> NightResult:
    with open_database(settings.state_database) as database:
        return keep_incidents(settings, database, engine.snapshot)


def write_report(
    settings: Settings, engine: Engine, path: Path, evaluation: Mapping[str, Any] | None = None
) -> None:
    """Write the HTML report of everything; `evaluation` shows where the truth is known."""
    everything = Scope.everything()
    incidents = IncidentDoor(settings.state_database).told(everything)
    html = render_report(engine, everything, evaluation=evaluation, incidents=incidents)
    path.write_text(html, encoding="utf-8")


def ingest_into(
    settings: Settings,
    paths: Sequence[Source],
    *,
    now: datetime,
    step: Step = silent,
    mapping: Path | None = None,
    delivered_at: datetime | None = None,
    dry_run: bool = False,
) -> list[FileReport]:
    """Read exports into the ledger of the settings, actors hashed with its own key."""
    count = step("reading deliveries")
    there = [path for path in paths if path != settings.deliveries or settings.deliveries.exists()]
    return ingest(
        there,
        Ledger(settings.ledger),
        now=now,
        mapping=mapping,
        delivered_at=delivered_at,
        dry_run=dry_run,
        actor_key=load_or_create_key(settings.actor_key),
        progress=count,
    )


def train_on(settings: Settings, books: Books, step: Step = silent) -> TrainingOutcome:
    """Fit both versions on the days that are final, record them, put them to the gate."""
    registry = open_registry(settings.tracking, settings.artifacts)
    outcome = train(
        books.final,
        options=TrainingOptions(
            horizon_days=settings.horizon_days,
            season_days=settings.season_days,
            alerts_per_series_and_quarter=settings.alerts_per_series_and_quarter,
            alert_floor=settings.alert_floor,
            alert_floor_share=settings.alert_floor_share,
            workers=settings.workers,
            seed=settings.seed,
            extra_members=settings.extra_members,
            alerts_per_team_and_week=settings.alerts_per_team_and_week,
            false_discovery_rate=settings.false_discovery_rate,
            detector=settings.detector,
        ),
        registry=registry,
        champions=sync(registry, settings.cache),
        step=step,
        knowledge=_knowledge(settings, books),
        usage=books.usage,
    )
    sync(registry, settings.cache)
    return outcome


def _knowledge(settings: Settings, books: Books) -> Knowledge:
    """What is known besides the panel, as far as settings want it used."""
    used = quantities(books.view, books.reference) if settings.quantities_first else None
    return Knowledge(used, books.reference, settings.calendar, settings.holidays_country)


def publish_books(settings: Settings, books: Books) -> str:
    """Publish books and champions as one snapshot; returns its id.

    Raises
    ------
    BadInput
        When the gate has promoted no version yet: there is nothing honest to publish.
    """
    return publish(
        settings.published,
        cells=books.cells,
        panel=books.panel,
        final=books.final,
        excluded=books.excluded,
        budgets=books.budgets,
        freshness=books.freshness,
        reference_digests=books.reference_digests,
        view=books.view,
        facts=books.facts,
        champions=sync(open_registry(settings.tracking, settings.artifacts), settings.cache),
    )


def _write_tables(settings: Settings, engine: Engine, folder: Path) -> None:
    """Forecasts of every series (also appended to the vintages), budgets, anomalies, finance."""
    everything = Scope.everything()
    forecasts = forecast_rows(engine.forecast(everything, group_by=("team", "model")))
    append_vintage(settings.vintages, forecasts)
    write_table(forecasts, folder, "forecast")
    write_outcomes(engine.project_budgets(everything), BudgetProjection, folder, "budgets")
    write_outcomes(engine.anomalies(everything), Anomaly, folder, "anomalies")
    write_outcomes(engine.finance(everything), FinanceRow, folder, "finance")
