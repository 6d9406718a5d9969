"""Simulated settings and scored points on what the demo left: the command line and Python agree."""

import json
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from costcast.facade import Costcast
from costcast.settings import Settings
from costcast.simulation import simulation_rows
from costcast.world.samples import AS_OF, TRUTH_FILE
from journal.database import open_database
from journal.incident_values import FeedbackLabel, Incident
from journal.incidents import all_incidents, change_incident
from ledger.scope import Scope

EVERYTHING = Scope.everything()


@pytest.fixture(scope="module")
def door(demo_state: Path) -> Costcast:
    return Costcast(Settings(state=demo_state))


def _json(repository: Path, *arguments: object) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "costcast", *map(str, arguments), "--json"]
    done = subprocess.run(command, check=True, cwd=repository, capture_output=True, text=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def test_a_quarter_is_simulated_against_the_planted_truth(
    door: Costcast, demo_state: Path, repository: Path
) -> None:
    truth = repository / "data/samples" / TRUTH_FILE
    asked = ("simulate", "--state", demo_state, "--as-of", AS_OF[-1].isoformat(), "--truth", truth)
    rows = _json(repository, *asked)
    assert rows == simulation_rows(door.simulate(now=AS_OF[-1], truth=truth))
    own = rows[0]
    assert own["alerts_per_series_and_quarter"] == door.settings.alerts_per_series_and_quarter
    assert sum(own["alerts_by_team"].values()) == len(own["alerts"]) > 0
    assert own["recall"] >= 0.8
    assert own["dollars"] >= 0.9
    dearer = next(row for row in rows if row["floor_amount"] == 5 * own["floor_amount"])
    assert len(dearer["alerts"]) < len(own["alerts"])
    assert dearer["precision"] > own["precision"]


def test_a_scored_point_is_the_same_through_both_doors(
    door: Costcast, demo_state: Path, repository: Path
) -> None:
    (forecast,) = door.forecast(EVERYTHING, team="search", model="gpt-5")
    day = forecast.points[0]
    point = ["--team", "search", "--model", "gpt-5", "--day", day.period_start]
    (row,) = _json(repository, "score", "--state", demo_state, *point, "--actual", 10 * day.mean)
    assert row["alert"]
    assert [flag["code"] for flag in row["flags"]] == ["degraded"]
    stated = ["--requests", 10_000, "--tokens", 10_000_000]
    (row,) = _json(
        repository, "score", "--state", demo_state, *point, "--actual", day.mean, *stated
    )
    assert not row["alert"]
    assert row["flags"] == []
    assert {reading["name"] for reading in row["ratios"]} == {
        "cost_per_million_tokens", "cost_per_request", "tokens_per_request"
    }  # fmt: skip


def test_sums_alert_beside_series(door: Costcast) -> None:
    sums = door.anomalies(EVERYTHING, level="sums")
    assert {tuple(row.series) for row in sums} <= {(), ("team",), ("model",)}
    assert len(door.anomalies(EVERYTHING, level="all")) == len(sums) + len(
        door.anomalies(EVERYTHING)
    )


def test_what_people_said_of_incidents_judges_a_simulation(
    demo_state: Path, tmp_path: Path
) -> None:
    shutil.copy(demo_state / "state.db", tmp_path / "state.db")
    settings = Settings(state=demo_state, state_url=f"sqlite:///{tmp_path / 'state.db'}")
    with closing(open_database(settings.state_database)) as database:
        alerts = Costcast(settings).simulate(now=AS_OF[-1])[0].alerts
        told = [
            incident
            for incident in all_incidents(database)
            if incident.kind == "anomaly" and incident.unique_id in {name for name, _ in alerts}
        ]
        right, wrong = told[0], next(one for one in told if one.unique_id != told[0].unique_id)
        said: dict[int, FeedbackLabel] = {right.id: "unexpected", wrong.id: "false_positive"}
        for number, label in said.items():
            change_incident(database, number, by="ada", at=AS_OF[-1], feedback=label)
    truth = Costcast(settings).simulate(now=AS_OF[-1])[0].truth
    assert truth is not None
    assert truth.planted == 1
    within_right, within_wrong = (
        [day for name, day in alerts if name == one.unique_id and _holds(one, day)]
        for one in (right, wrong)
    )
    assert truth.right == len(within_right) > 0
    assert truth.false == len(within_wrong)
    assert truth.alerts == truth.right + truth.false


def _holds(incident: Incident, day: date) -> bool:
    return incident.first_day <= day <= incident.last_day
