"""HTTP, batch and Python give equal values for one snapshot, through really started parts."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from costcast.facade import Costcast
from costcast.settings import Settings
from journal.outcomes import Outcome
from ledger.scope import Scope

pytestmark = pytest.mark.server

EVERYTHING = Scope.everything()


@pytest.fixture(scope="module")
def door(demo_state: Path) -> Costcast:
    return Costcast(Settings(state=demo_state))


@pytest.fixture(scope="module")
def address(demo_state: Path, repository: Path) -> Iterator[str]:
    """The service, started by the README's command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "costcast", "serve", "--state", str(demo_state)]
    process = subprocess.Popen([*command, "--port", str(port)], cwd=repository, env=os.environ)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
        with pytest.raises(urllib.error.URLError):  # nothing is left behind that still answers
            urllib.request.urlopen(f"{address}/livez", timeout=2)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended"
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError("the service did not get ready")


def _ask(address: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, str, str]:
    request = urllib.request.Request(
        address + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers["content-type"], answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.headers["content-type"], problem.read().decode()


def _json(address: str, path: str, body: dict[str, Any] | None = None) -> list[Any]:
    status, _, text = _ask(address, path, body)
    assert status == 200, text
    answer: list[Any] = json.loads(text)
    return answer


def _values(rows: Sequence[Outcome]) -> list[Any]:
    return [row.model_dump(mode="json") for row in rows]


def test_forecasts_agree(address: str, door: Costcast, demo_state: Path) -> None:
    over_http = _json(address, "/v1/forecast", {"team": "ads", "model": "ranker-ft"})
    in_python = _values(door.forecast(EVERYTHING, team="ads", model="ranker-ft"))
    assert over_http == in_python
    (path,) = demo_state.glob("reports/*/forecast.parquet")
    batch = {
        str(row["ds"]): (row["mean"], row["q0.5"])
        for row in pq.read_table(path).to_pylist()
        if row["unique_id"] == in_python[0]["unique_id"]
    }
    for point in in_python[0]["points"]:
        assert batch[point["period_start"]] == (point["mean"], point["quantiles"]["0.5"])


def test_budgets_agree(address: str, door: Costcast, demo_state: Path) -> None:
    over_http = _json(address, "/v1/budgets/project", {})
    assert over_http == _values(door.project_budgets(EVERYTHING))
    (path,) = demo_state.glob("reports/*/budgets.parquet")
    batch = {row["budget"]: row["p_breach"] for row in pq.read_table(path).to_pylist()}
    assert batch == {row["budget"]: row["p_breach"] for row in over_http}


def test_costs_agree_to_the_cent(address: str, door: Costcast) -> None:
    over_http = _json(
        address, "/v1/costs?group_by=team&group_by=model&start=2026-09-01&end=2026-10-01"
    )
    in_python = door.costs(
        EVERYTHING, start=date(2026, 9, 1), end=date(2026, 10, 1), group_by=("team", "model")
    )
    assert over_http == _values(in_python)


def test_explanations_agree(address: str, door: Costcast) -> None:
    asked = {"team": "ads", "start": "2026-09-01", "end": "2026-10-01"}
    (over_http,) = _json(address, "/v1/explain", asked)
    in_python = door.compare(EVERYTHING, team="ads", start=date(2026, 9, 1), end=date(2026, 10, 1))
    assert over_http == in_python.model_dump(mode="json")
    alert = door.anomalies(EVERYTHING)[-1]
    (over_http,) = _json(address, "/v1/explain", {**alert.series, "day": str(alert.period_start)})
    in_python = door.explain(EVERYTHING, day=alert.period_start, **alert.series)
    assert over_http == in_python.model_dump(mode="json")
    assert over_http["cause"] == alert.cause


def test_a_tenfold_day_is_abnormal_and_an_ordinary_one_is_not(address: str, door: Costcast) -> None:
    (forecast,) = door.forecast(EVERYTHING, team="search", model="gpt-5")
    day = forecast.points[0]
    points = [
        {"team": "search", "model": "gpt-5", "period_start": str(day.period_start), "actual": value}
        for value in (day.mean, day.mean * 10)
    ]
    ordinary, strange = _json(address, "/v1/anomalies/score", {"points": points})
    assert not ordinary["alert"]
    assert strange["alert"]
    assert strange["score"] > ordinary["score"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/forecast", {"team": "nobody"}, 404),
        ("/v1/forecast", {"team": "ads", "model": "no-such-model"}, 404),
        ("/v1/forecast", {"team": "ads", "horizon_days": 10_000}, 422),
        ("/v1/forecast", {"tem": "ads"}, 422),
        ("/v1/budgets/project", {"budget": "no such budget"}, 404),
        ("/v1/explain", {"team": "ads"}, 422),
        ("/v1/explain", {"team": "nobody", "day": "2026-09-01"}, 404),
        ("/v1/costs?group_by=colour", None, 422),
        ("/v1/nothing", None, 404),
    ],
)
def test_a_wrong_question_gets_a_problem_document(
    address: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    got, content_type, text = _ask(address, path, body)
    assert (got, content_type) == (status, "application/problem+json"), text
    problem = json.loads(text)
    assert problem["status"] == status
    assert problem["type"]
    assert problem["detail"]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/", "/finance.csv"])
def test_the_other_routes_answer(address: str, path: str) -> None:
    assert _ask(address, path)[0] == 200


def test_the_finance_page_shows_what_python_says(address: str, door: Costcast) -> None:
    over_http = _json(address, "/finance.json")
    assert over_http == _values(door.finance(EVERYTHING))
