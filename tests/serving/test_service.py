"""The service, really started: every route, every refusal, the swap. In the order of a day."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ledger.scope import Scope
from serving.engine import Engine, Point
from serving.pages import CSV_COLUMNS

if TYPE_CHECKING:
    from tests.serving.conftest import Server, World

pytestmark = pytest.mark.server

ALL = Scope.everything()
#: An ordinary point of the day after the final ones.
POINT: dict[str, object] = {
    "team": "ads",
    "model": "gpt-5",
    "period_start": "2026-10-17",
    "actual": 235.0,
}


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def served(client: httpx.Client, server: Server, world: World) -> str:
    """Id of the snapshot, once it is served; until then the service says it has none."""
    if not (server.published / "current").exists():
        assert client.get("/livez").status_code == 200
        for path in ("/readyz", "/", "/v1/costs"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert answer.headers["content-type"] == "application/problem+json"
        problem = client.get("/").json()
        assert problem["type"] == "urn:costcast:problem:nothing-published"
        assert str(server.published) not in problem["detail"]
    return _publish(client, server, world)


def _publish(client: httpx.Client, server: Server, world: World, **changes: Any) -> str:  # noqa: ANN401
    wanted = world.publish(server.published, **changes)
    deadline = time.monotonic() + 10
    while client.get("/finance.json").headers.get("x-snapshot") != wanted:
        assert time.monotonic() < deadline, "the swap was not seen"
        time.sleep(0.05)
    return wanted


def _plain(outcomes: list[Any]) -> list[dict[str, Any]]:
    return [outcome.model_dump(mode="json") for outcome in outcomes]


def test_forecasts_are_those_of_the_engine(
    client: httpx.Client, served: str, engine: Engine
) -> None:
    answer = client.post("/v1/forecast", json={"team": "ads", "horizon_days": 30})
    assert answer.status_code == 200
    assert answer.headers["x-snapshot"] == served
    assert answer.json() == _plain(engine.forecast(ALL, team="ads", horizon_days=30))
    grouped = client.post("/v1/forecast", json={"group_by": ["team", "model"], "levels": [0.5]})
    assert grouped.json() == _plain(engine.forecast(ALL, group_by=("team", "model"), levels=(0.5,)))


def test_budgets_and_scores_are_those_of_the_engine(
    client: httpx.Client, served: str, engine: Engine
) -> None:
    budgets = client.post("/v1/budgets/project", json={})
    assert budgets.json() == _plain(engine.project_budgets(ALL))
    one = client.post("/v1/budgets/project", json={"budget": "everything"})
    assert [budget["budget"] for budget in one.json()] == ["everything"]
    point = POINT | {"actual": 2350.0}
    scored = client.post("/v1/anomalies/score", json={"points": [point]})
    assert scored.json() == _plain(engine.score(ALL, [Point.model_validate(point)]))
    assert scored.json()[0]["alert"] is True


def test_a_batch_of_points_comes_back_in_its_order_with_what_each_lacks(
    client: httpx.Client, served: str, engine: Engine
) -> None:
    asked = [
        POINT | {"requests": 1, "tokens": 1000},
        POINT | {"actual": 2350.0, "requests": 1, "tokens": 1000},
        POINT | {"team": "search"},
    ]
    answer = client.post("/v1/anomalies/score", json={"points": asked})
    assert answer.status_code == 200
    rows = answer.json()
    assert rows == _plain(engine.score(ALL, [Point.model_validate(point) for point in asked]))
    assert [row["alert"] for row in rows] == [False, True, True]
    assert [[flag["code"] for flag in row["flags"]] for row in rows] == [[], [], ["degraded"]]
    prices = [{reading["name"]: reading["after"] for reading in row["ratios"]} for row in rows[:2]]
    assert [round(price["cost_per_request"]) for price in prices] == [235, 2350]
    assert rows[2]["ratios"] is None


def test_costs_are_exact_text(client: httpx.Client, served: str, engine: Engine) -> None:
    query = {"start": "2026-09-01", "end": "2026-10-01", "group_by": ["team", "model"]}
    answer = client.get("/v1/costs", params=query)
    rows = engine.costs(
        ALL, start=date(2026, 9, 1), end=date(2026, 10, 1), group_by=("team", "model")
    )
    assert answer.json() == _plain(rows)
    assert answer.json()[0]["cost"] == str(rows[0].cost)
    narrowed = client.get("/v1/costs", params={"team": "ads"}).json()
    assert [row["group"] for row in narrowed] == [{"team": "ads"}]


def test_finance_is_one_thing_as_page_csv_and_json(
    client: httpx.Client, served: str, engine: Engine
) -> None:
    rows = engine.finance(ALL)
    assert client.get("/finance.json").json() == _plain(rows)
    sheet = client.get("/finance.csv")
    assert "attachment" in sheet.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(sheet.text)))
    assert list(lines[0]) == list(CSV_COLUMNS)
    assert [line["team"] for line in lines] == [row.team for row in rows]
    assert [float(line["p50"]) for line in lines] == [row.p50 for row in rows]
    page = client.get("/")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert served in page.text
    assert client.get("/report").status_code == 200
    assert client.get("/favicon.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("/v1/forecast", {"team": "serch"}, 404, "unknown-series"),
        ("/v1/forecast", {"team": "ads", "model": "gpt-9"}, 404, "unknown-series"),
        ("/v1/forecast", {"horizon_days": 365}, 422, "invalid-request"),
        ("/v1/forecast", {"horizon_days": "soon"}, 422, "invalid-request"),
        ("/v1/forecast", {"tem": "ads"}, 422, "invalid-request"),
        ("/v1/forecast", {"group_by": ["planet"]}, 422, "invalid-request"),
        ("/v1/forecast", [], 422, "invalid-request"),
        ("/v1/budgets/project", {"budget": "party"}, 404, "unknown-series"),
        ("/v1/anomalies/score", {"points": []}, 422, "invalid-request"),
        ("/v1/anomalies/score", {"points": [POINT | {"tokens": -1}]}, 422, "invalid-request"),
        ("/v1/anomalies/score", {"points": [POINT | {"actual": "much"}]}, 422, "invalid-request"),
        ("/v1/anomalies/score", {"points": [POINT | {"colour": "red"}]}, 422, "invalid-request"),
        ("/v1/anomalies/score", {"points": [POINT | {"team": "sarch"}]}, 404, "unknown-series"),
        ("/v1/nothing", {}, 404, "not-found"),
        ("/v1/costs", {}, 405, "method-not-allowed"),
    ],
)
def test_refusals_are_problems(
    client: httpx.Client, served: str, path: str, body: object, status: int, slug: str
) -> None:
    answer = client.post(path, json=body)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"urn:costcast:problem:{slug}"
    assert problem["detail"]


def test_an_unknown_team_is_answered_with_near_names(client: httpx.Client, served: str) -> None:
    problem = client.post("/v1/forecast", json={"team": "serch"}).json()
    assert problem["nearest"] == ["search"]
    assert problem["got"] == "serch"
    assert problem["field"] == "team"


def test_size_and_type_are_guarded_before_bentoml(client: httpx.Client, served: str) -> None:
    large = client.post("/v1/forecast", json={"team": "x" * 6000})
    assert large.status_code == 413
    pickle = {"content-type": "application/vnd.bentoml+pickle"}
    assert client.post("/v1/forecast", content=b"x", headers=pickle).status_code == 415
    assert client.get("/v1/forecast").status_code == 405
    assert client.get("/v1/costs?start=yesterday").status_code == 422
    assert client.get("/?team=unallocated").status_code == 422


def test_metrics_count_by_route_and_not_by_path(client: httpx.Client, served: str) -> None:
    for number in range(20):
        client.get(f"/invented/{number}")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "invented" not in answer.text
    assert 'route="other",status="404"' in answer.text
    assert 'route="/v1/forecast",status="200"' in answer.text
    assert "costcast_ready 1" in answer.text


def test_health(client: httpx.Client, served: str) -> None:
    for path in ("/livez", "/readyz", "/healthz"):
        assert client.get(path).status_code == 200


def test_a_new_snapshot_is_served_by_itself(
    client: httpx.Client, served: str, server: Server, world: World
) -> None:
    other = _publish(client, server, world, budgets=[])
    assert other != served
    assert client.post("/v1/budgets/project", json={}).json() == []
    assert _publish(client, server, world) == served
