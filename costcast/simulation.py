"""What other alert settings would have told: the ledger's last days under each of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from costcast.alert_settings import rule_of
from costcast.books import open_books
from costcast.settings import Settings
from costcast.world.samples import load_truth_events
from insights.labels import Labels
from journal.database import open_database
from journal.incidents import labelled_incidents
from training.engines import Progress
from training.simulate import SimulatedRule, rules_around, simulate

__all__ = ["SIMULATED_DAYS", "rule_table", "simulate_settings", "simulation_rows", "team_table"]

#: Days simulated by default: a quarter, the unit of the alert budget.
SIMULATED_DAYS = 90


def simulate_settings(
    settings: Settings,
    *,
    now: datetime,
    days: int = SIMULATED_DAYS,
    truth: Path | None = None,
    progress: Progress | None = None,
) -> tuple[SimulatedRule, ...]:
    """The rule of the settings first, then those around it, over the ledger's last final days.

    Parameters
    ----------
    now
        As of this time.
    truth
        File of known events in the form of the samples' `truth.json`, to hold the alerts against;
        None = the incidents that people have labelled.

    Raises
    ------
    BadInput
        For a ledger that holds nothing, and for a window that leaves nothing to learn from.
    """
    books = open_books(settings, now)
    return simulate(
        books.final,
        rules_around(rule_of(settings)),
        days=days,
        detector=settings.detector,
        seed=settings.seed,
        usage=books.usage,
        labels=_labels(settings, truth),
        progress=progress,
    )


def _labels(settings: Settings, truth: Path | None) -> Labels | None:
    """Known events of the file; without one what people said of incidents, if anything."""
    if truth is not None:
        return Labels(load_truth_events(truth))
    with closing(open_database(settings.state_database)) as database:
        labelled = labelled_incidents(database)
    return Labels.of_incidents(labelled) if labelled else None


def simulation_rows(simulated: Sequence[SimulatedRule]) -> list[dict[str, Any]]:
    """JSON values, one per rule."""
    return [
        asdict(one.rule)
        | {
            "threshold": one.threshold,
            "alerts": [{"unique_id": name, "day": str(day)} for name, day in one.alerts],
            "alerts_by_team": dict(one.alerts_by_team),
            "weeks": one.weeks,
            "alerts_per_team_and_week_mean": one.per_team_and_week,
            "busiest_team_week": one.busiest_week,
            "impact": one.impact,
            "precision": None if one.truth is None else one.truth.precision,
            "precision_with_planned": (
                None if one.truth is None else one.truth.precision_with_planned
            ),
            "recall": None if one.truth is None else one.truth.recall,
            "dollars": None if one.truth is None else one.truth.dollars,
        }
        for one in simulated
    ]


def rule_table(simulated: Sequence[SimulatedRule]) -> Table:
    """One line per rule; the first is the one that is set."""
    names = ["per series and quarter", "floor", "alerts", "a week", "per team and week"]
    names += ["busiest team week", "money away from expected"]
    truth = any(one.truth is not None for one in simulated)
    names += ["precision", "with planned", "recall", "dollars found"] if truth else []
    table = Table(*names, title=f"What would have been told in {simulated[0].weeks:.0f} weeks")
    for column in table.columns:
        column.justify = "right"
    for number, one in enumerate(simulated):
        table.add_row(*_cells(one, set_now=number == 0), style=None if number else "bold")
    return table


def team_table(simulated: SimulatedRule) -> Table:
    """Alerts of each team under one rule."""
    table = Table("team", "alerts", "a week", title="Per team, as it is set")
    for name, count in sorted(simulated.alerts_by_team.items(), key=lambda item: -item[1]):
        table.add_row(name, str(count), f"{count / simulated.weeks:.2f}")
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _cells(one: SimulatedRule, *, set_now: bool) -> list[str]:
    cells = [
        f"{one.rule.alerts_per_series_and_quarter:g}{' (set)' if set_now else ''}",
        f"{one.rule.floor_amount:g}",
        str(len(one.alerts)),
        f"{len(one.alerts) / one.weeks:.2f}",
        f"{one.per_team_and_week:.2f}",
        str(one.busiest_week),
        f"{one.impact:,.0f}",
    ]
    if one.truth is None:
        return cells
    shares = (one.truth.precision, one.truth.precision_with_planned, one.truth.recall)
    return cells + [
        "" if share is None else f"{share:.0%}" for share in (*shares, one.truth.dollars)
    ]
