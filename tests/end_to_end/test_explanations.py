"""What the demo explains is what was planted, and a price cut costs what the list says."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from costcast.cli import app
from costcast.facade import Costcast
from costcast.settings import Settings
from costcast.world.samples import TRUTH_FILE, load_truth_events
from insights.cause_truth import match_causes
from ledger.scope import Scope

EVERYTHING = Scope.everything()


@pytest.fixture(scope="module")
def door(demo_state: Path) -> Costcast:
    return Costcast(Settings(state=demo_state))


def test_nine_of_ten_alerts_inside_planted_anomalies_name_their_cause(
    door: Costcast, repository: Path
) -> None:
    truth = [
        event
        for event in load_truth_events(repository / "data/samples" / TRUTH_FILE)
        if event.group == "anomaly"
    ]
    told = [
        (alert.unique_id, alert.period_start, alert.cause or "")
        for alert in door.anomalies(EVERYTHING)
    ]
    scores = match_causes(told, truth)
    explained = sum(score.explained for score in scores)
    assert explained >= 20
    assert sum(score.right for score in scores) / explained >= 0.9, scores


def test_drivers_of_every_alert_sum_to_its_impact(door: Costcast) -> None:
    for alert in door.anomalies(EVERYTHING):
        assert alert.drivers is not None
        told = float(sum((driver.amount for driver in alert.drivers), Decimal(0)))
        assert told == pytest.approx(alert.impact, abs=0.01)


def test_a_price_cut_is_what_the_list_says(door: Costcast) -> None:
    """On 16 March 2026 all tokens of gpt-5 became 30 % cheaper."""
    found = door.compare(EVERYTHING, start=date(2026, 3, 16), end=date(2026, 3, 30), model="gpt-5")
    price = next(driver.amount for driver in found.drivers if driver.part == "price")
    at_old_prices = found.after - price
    assert float(price / at_old_prices) == pytest.approx(-0.3, abs=1e-4)
    assert sum((driver.amount for driver in found.drivers), Decimal(0)) == found.change


def test_a_month_is_the_ledger_to_the_last_digit(door: Costcast) -> None:
    september = (date(2026, 9, 1), date(2026, 10, 1))
    found = door.compare(EVERYTHING, start=september[0], end=september[1], team="ads")
    rows = door.costs(
        EVERYTHING, start=september[0], end=september[1], group_by=("team", "charge_category")
    )
    usage = [row for row in rows if row.group == {"team": "ads", "charge_category": "usage"}]
    assert found.after == sum((row.cost for row in usage), Decimal(0))


def test_the_command_line_says_the_same(door: Costcast, demo_state: Path) -> None:
    alert = door.anomalies(EVERYTHING)[-1]
    day = str(alert.period_start)
    command = ["explain", "--state", str(demo_state), "--day", day]
    for name, value in alert.series.items():
        command += [f"--{name}", value]
    told = CliRunner().invoke(app, [*command, "--json"])
    assert told.exit_code == 0, told.output
    wanted = door.explain(EVERYTHING, day=alert.period_start, **alert.series)
    assert json.loads(told.stdout) == wanted.model_dump(mode="json")
    shown = CliRunner().invoke(app, command)
    assert wanted.cause in shown.stdout
    assert f"{wanted.change:+,.2f}" in shown.stdout


def test_the_nightly_table_has_the_causes(door: Costcast, demo_state: Path) -> None:
    (path,) = demo_state.glob("reports/*/anomalies.parquet")
    batch = [(row["unique_id"], row["cause"]) for row in pq.read_table(path).to_pylist()]
    assert batch == [(row.unique_id, row.cause) for row in door.anomalies(EVERYTHING)]


def test_half_a_question_is_refused(demo_state: Path) -> None:
    for wrong in ([], ["--span", "2026-09-01"], ["--day", "2026-09-01", "--span", "a..b"]):
        told = CliRunner().invoke(app, ["explain", "--state", str(demo_state), *wrong])
        assert told.exit_code != 0
