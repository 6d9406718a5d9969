"""Incidents at the command line and in notebooks: within a scope, changed, measured."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from costcast.cli import app
from costcast.facade import Costcast
from costcast.settings import Settings
from journal.database import open_database
from journal.findings import Finding, NightFindings
from journal.incident_values import IncidentDay
from journal.reconciling import reconcile
from ledger.problems import BadInput
from ledger.scope import Scope

START = date(2026, 9, 10)


def _finding(team: str, actual: float) -> Finding:
    return Finding(
        kind="anomaly",
        unique_id=f"team={team}/model=gpt-5",
        series={"team": team, "model": "gpt-5"},
        direction="up",
        days=(IncidentDay(day=START, actual=actual, expected=100.0),),
        score=5.0,
        p_value=0.001,
        ending=None,
    )


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """State in which a night has found an incident of two teams each."""
    settings = Settings(state=tmp_path)
    findings = (_finding("ads", 700.0), _finding("search", 300.0))
    told = {(one.unique_id, START): one.days[0].actual for one in findings}
    with open_database(settings.state_database) as database:
        for night in (START, START + timedelta(days=1)):
            known_at = datetime(night.year, night.month, night.day, 5, tzinfo=UTC)
            found = findings if night > START else ()
            reconcile(
                database,
                NightFindings(
                    known_at=known_at,
                    snapshot=f"{night:%d}",
                    currency="USD",
                    since=date(2026, 6, 1),
                    through=night,
                    findings=found,
                    amount=lambda unique_id, day: told.get((unique_id, day)),
                    quieted={},
                ),
            )
    return tmp_path


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["incidents", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_label_closes_an_incident_and_stands_in_its_history(state: Path) -> None:
    where = ["--state", str(state)]
    listed = json.loads(_run("list", "--json", *where))
    assert [one["series"]["team"] for one in listed] == ["ads", "search"]
    number = str(listed[0]["id"])
    table = _run("label", number, "false_positive", "--by", "ana", "--note", "a test", *where)
    assert "ignored" in table
    assert [one["series"]["team"] for one in json.loads(_run("list", "--json", *where))] == [
        "search"
    ]
    assert len(json.loads(_run("list", "--all", "--json", *where))) == 2
    shown = _run("show", number, *where)
    assert "ana" in shown
    assert "a test" in shown


def test_a_scope_sees_and_changes_its_own_incidents_alone(state: Path) -> None:
    costcast, own = Costcast(Settings(state=state)), Scope.of_teams("ads")
    (one,) = costcast.incidents.listed(own)
    assert one.series["team"] == "ads"
    (foreign,) = costcast.incidents.listed(Scope.of_teams("search"))
    with pytest.raises(BadInput, match="number of an incident"):
        costcast.incidents.one(own, foreign.id)
    at = datetime(2026, 9, 12, tzinfo=UTC)
    with pytest.raises(BadInput, match="number of an incident"):
        costcast.incidents.change(own, foreign.id, by="ana", at=at, state="resolved")
    assert costcast.incidents.one(Scope.everything(), foreign.id).state == "active"


def test_kpis_are_of_what_people_did(state: Path) -> None:
    costcast, everything = Costcast(Settings(state=state)), Scope.everything()
    before = costcast.incidents.kpis(everything)
    assert (before.detected, before.open, before.labelled) == (2, 2, 0)
    assert before.days_to_acknowledge is None
    assert before.false_positive_share is None
    assert before.cost_impact == 800.0
    assert before.days_to_detect == pytest.approx(1 + 5 / 24)
    ads = costcast.incidents.listed(Scope.of_teams("ads"))[0]
    taken = ads.detected_at + timedelta(days=2)
    costcast.incidents.change(everything, ads.id, by="ana", at=taken, feedback="false_positive")
    after = costcast.incidents.kpis(everything)
    assert (after.open, after.labelled, after.false_positive_share) == (1, 1, 1.0)
    assert after.days_to_acknowledge == pytest.approx(2)
    assert after.days_to_resolve == pytest.approx(2)
    assert "mean time to detect" in _run("kpis", "--state", str(state))


def test_what_a_first_night_finds_says_nothing_about_speed(tmp_path: Path) -> None:
    settings, over = (
        Settings(state=tmp_path),
        replace(_finding("ads", 700.0), ending="back_to_normal"),
    )
    with open_database(settings.state_database) as database:
        reconcile(
            database,
            NightFindings(
                known_at=datetime(2026, 9, 20, 5, tzinfo=UTC),
                snapshot="first",
                currency="USD",
                since=date(2026, 6, 1),
                through=date(2026, 9, 19),
                findings=(over,),
                amount=lambda _name, day: 700.0 if day == START else None,
                quieted={},
            ),
        )
    kpis = Costcast(settings).incidents.kpis(Scope.everything())
    assert (kpis.detected, kpis.open) == (1, 0)
    assert kpis.days_to_detect is None
    assert kpis.days_to_resolve is None
