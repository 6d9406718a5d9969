"""Command line, Python and HTTP say the same of incidents, through really started parts."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from costcast.facade import Costcast
from costcast.settings import Settings
from journal.database import open_database
from journal.findings import Finding, NightFindings
from journal.incident_values import Incident, IncidentDay
from journal.reconciling import reconcile
from ledger.problems import BadInput
from ledger.scope import Scope
from serving.requests import IncidentQuery

pytestmark = pytest.mark.server

ALL, ADS = Scope.everything(), Scope.of_teams("ads")


def _finding(team: str, day: date, actual: float, **changes: Any) -> Finding:  # noqa: ANN401
    plain: dict[str, Any] = {
        "kind": "anomaly",
        "unique_id": f"team={team}/model=gpt-5",
        "series": {"team": team, "model": "gpt-5"},
        "direction": "up",
        "days": (IncidentDay(day=day, actual=actual, expected=100.0),),
        "score": 5.0,
        "p_value": 0.001,
    }
    return Finding(**(plain | changes))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state of which `costcast.toml` knows nothing: two teams, one incident over."""
    folder = tmp_path_factory.mktemp("state")
    findings = (
        _finding("ads", date(2026, 9, 10), 700.0),
        _finding("search", date(2026, 9, 12), 3000.0),
        _finding("ads", date(2026, 8, 1), 180.0, ending="back_to_normal"),
    )
    with open_database(Settings(state=folder).state_database) as database:
        reconcile(
            database,
            NightFindings(
                known_at=datetime(2026, 9, 20, 5, tzinfo=UTC),
                snapshot="night",
                currency="USD",
                since=date(2026, 6, 1),
                through=date(2026, 9, 19),
                findings=findings,
                amount=lambda _name, _day: None,
            ),
        )
    return folder


@pytest.fixture(scope="module")
def door(state: Path) -> Costcast:
    return Costcast(Settings(state=state))


@pytest.fixture(scope="module")
def client(state: Path, repository: Path) -> Iterator[httpx.Client]:
    """A client of the service, started by the README's command before anything is published."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "costcast", "serve", "--state", str(state)]
    process = subprocess.Popen([*command, "--port", str(port)], cwd=repository)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait_until_alive(client, process)
            yield client
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_alive(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended"
        try:
            if client.get("/livez").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service did not come alive")


def _command(state: Path, repository: Path, *words: str) -> Any:  # noqa: ANN401
    command = [sys.executable, "-m", "costcast", "incidents", *words, "--state", str(state)]
    return json.loads(
        subprocess.run(
            [*command, "--json"], check=True, cwd=repository, capture_output=True, text=True
        ).stdout
    )


def _plain(incidents: list[Incident]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in incidents]


@pytest.mark.parametrize(
    ("words", "path", "scope", "query"),
    [
        ((), "", ALL, IncidentQuery()),
        (("--all",), "?state=all", ALL, IncidentQuery(state=("all",))),
        (("--scope", "ads"), "?team=ads", ADS, IncidentQuery()),
        (
            ("--status", "resolved", "--status", "active", "--severity", "low", "--model", "gpt-5"),
            "?state=resolved&state=active&severity=low&model=gpt-5",
            ALL,
            IncidentQuery(state=("resolved", "active"), severity=("low",), model="gpt-5"),
        ),
        (
            ("--all", "--days", "2026-09-01..2026-09-12", "--limit", "1"),
            "?state=all&since=2026-09-01&until=2026-09-12&limit=1",
            ALL,
            IncidentQuery(state=("all",), since=date(2026, 9, 1), until=date(2026, 9, 12), limit=1),
        ),
    ],
)
def test_lists_agree(
    client: httpx.Client,
    door: Costcast,
    state: Path,
    repository: Path,
    words: tuple[str, ...],
    path: str,
    scope: Scope,
    query: IncidentQuery,
) -> None:
    in_python = _plain(door.incidents.listed(scope, query))
    assert in_python
    assert client.get(f"/v1/incidents{path}").json() == in_python
    assert _command(state, repository, "list", *words) == in_python


def test_an_incident_agrees_after_a_change_over_http(
    client: httpx.Client, door: Costcast, state: Path, repository: Path
) -> None:
    change = {"feedback": "unexpected", "note": "a loop", "by": "ana"}
    changed = client.patch("/v1/incidents/2", json=change).json()
    assert changed == _plain([door.incidents.one(ALL, 2)])
    assert changed == client.get("/v1/incidents/2").json()
    assert changed == _command(state, repository, "show", "2")
    assert changed[0]["state"] == "acknowledged"


def test_a_change_in_python_is_seen_over_http(client: httpx.Client, door: Costcast) -> None:
    at = datetime(2026, 9, 21, tzinfo=UTC)
    changed = door.incidents.change(ADS, 1, by="ben", at=at, state="resolved")
    assert client.get("/v1/incidents/1").json() == _plain([changed])


def test_refusals_say_the_same(client: httpx.Client, door: Costcast) -> None:
    with pytest.raises(BadInput) as unknown:
        door.incidents.one(ADS, 2)
    answer = client.get("/v1/incidents/2?team=ads")
    assert (answer.status_code, answer.json()["detail"]) == (404, str(unknown.value))
    at = datetime(2026, 9, 21, tzinfo=UTC)
    with pytest.raises(BadInput) as wrong:
        door.incidents.change(ALL, 2, by="ben", at=at, state="restated")
    answer = client.patch("/v1/incidents/2", json={"state": "restated"})
    assert (answer.status_code, answer.json()["detail"]) == (422, str(wrong.value))


def test_a_first_look_makes_no_state(tmp_path: Path) -> None:
    costcast = Costcast(Settings(state=tmp_path / "nowhere"))
    assert costcast.incidents.listed(ALL) == []
    assert costcast.incidents.kpis(ALL).detected == 0
    assert list(tmp_path.iterdir()) == []
