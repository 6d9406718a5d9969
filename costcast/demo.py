"""The main job on the samples: deliveries in, snapshot, tables and report out, scored on truth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from costcast.books import sources_as_of
from costcast.evaluation import WorldScore, evaluate_samples, evaluate_seeds
from costcast.nightly import Night, run_night, write_report
from costcast.progress import steps_on
from costcast.settings import Settings
from costcast.tables import anomaly_table, budget_table, finance_table
from costcast.world.samples import AS_OF, DELIVERIES, TRUTH_FILE
from ledger.scope import Scope
from serving.engine import Engine
from serving.snapshot import open_current

__all__ = ["EVALUATION_FILE", "run_demo"]

#: Detection against the planted truth, below the state folder.
EVALUATION_FILE = "evaluation.json"
#: Rows of the terminal's tables; the report has them all.
_SHOWN = 10


def run_demo(settings: Settings, samples: Path, screen: Console) -> Night:
    """Run a night on the samples as of their last delivery, and score it against their truth."""
    settings = settings.model_copy(update={"inbox": samples / DELIVERIES})
    with steps_on(screen) as step:
        night = run_night(settings, now=AS_OF[-1], step=step)
        step("scoring detection against planted truth in four worlds")
        engine = Engine(open_current(settings.published))
        worlds = [evaluate_samples(engine.snapshot.detector, samples / TRUTH_FILE)]
        worlds += evaluate_seeds(settings)
        evaluation = {"worlds": [world.as_row() for world in worlds]}
        (settings.state / EVALUATION_FILE).write_text(json.dumps(evaluation, indent=2))
        write_report(settings, engine, night.report, evaluation)
    _show(settings, engine, night, worlds, screen)
    return night


def _show(
    settings: Settings, engine: Engine, night: Night, worlds: Sequence[WorldScore], screen: Console
) -> None:
    everything = Scope.everything()
    dearest = sorted(engine.anomalies(everything), key=lambda row: -abs(row.impact or 0.0))
    breaks = sorted(engine.project_budgets(everything), key=lambda row: -row.p_breach)
    for decision in night.training.decisions:
        screen.print(decision, highlight=False)
    screen.print(_as_of_table(settings, AS_OF), anomaly_table(dearest[:_SHOWN]))
    screen.print(_detection_table(worlds), budget_table(breaks[:_SHOWN]))
    screen.print(finance_table(engine.finance(everything)))
    screen.print(
        f"\nsnapshot  {night.snapshot}\nreport    {night.report}\ntables    {night.tables}\n"
        f"service   make serve STATE={settings.state}",
        highlight=False,
        soft_wrap=True,
    )


def _as_of_table(settings: Settings, times: Sequence[datetime]) -> Table:
    """What the ledger showed at different times: later deliveries replace, never double."""
    table = Table("as of", "source", "rows", "effective cost", title="The ledger as of four times")
    for column in table.columns[2:]:
        column.justify = "right"
    for time in times:
        for source, rows, cost in sources_as_of(settings, time):
            table.add_row(f"{time:%d %b %Y %H:%M}", source, f"{rows:,}", f"{cost:,.2f}")
    return table


def _detection_table(worlds: Sequence[WorldScore]) -> Table:
    """Alerts against planted truth; the other seeds are worlds nothing was tuned on."""
    names = ["world", "planted", "found", "alerts", "right", "at changes", "false"]
    names += ["right by dollars", "dollars found"]
    table = Table(*names, title="Detection against planted truth")
    for column in table.columns[1:]:
        column.justify = "right"
    for world in worlds:
        score = world.score
        counts = (score.planted, score.found, score.alerts, score.right)
        table.add_row(
            world.name,
            *map(str, counts),
            str(score.planned + score.aftermath),
            str(score.false),
            *("" if x is None else f"{x:.0%}" for x in (score.precision_by_dollars, score.dollars)),
        )
    return table
