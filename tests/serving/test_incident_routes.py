"""Incidents over HTTP, from a really started service: every route, every refusal, the report."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from journal.database import open_database
from journal.incident_values import Incident
from ledger.scope import Scope
from serving.asked_incidents import AskedIncidents
from serving.current import CurrentEngine
from serving.incidents import ALL_INCIDENTS, OPEN_INCIDENTS, IncidentBook
from serving.metrics import RequestMetrics
from serving.pages import make_pages
from serving.requests import IncidentQuery

if TYPE_CHECKING:
    from tests.serving.conftest import Server, World

ALL = Scope.everything()


@pytest.fixture(scope="module")
def client(server: Server, world: World, kept_journal: str) -> Iterator[httpx.Client]:
    """A client of the service, once it serves the snapshot."""
    world.publish(server.published)
    with httpx.Client(base_url=server.address, timeout=30) as client:
        deadline = time.monotonic() + 10
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline, "the snapshot was not seen"
            time.sleep(0.05)
        yield client


@pytest.fixture(scope="module")
def book(kept_journal: str) -> Iterator[IncidentBook]:
    with closing(IncidentBook(kept_journal)) as book:
        yield book


def _plain(incidents: list[Incident]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in incidents]


@pytest.mark.server
def test_lists_are_those_of_the_book(client: httpx.Client, book: IncidentBook) -> None:
    day = date(2026, 9, 11)
    for asked, query in (
        ("", OPEN_INCIDENTS),
        ("?state=all", ALL_INCIDENTS),
        ("?state=resolved&state=open&limit=3", IncidentQuery(state=("resolved", "open"), limit=3)),
        ("?severity=low&severity=medium", IncidentQuery(severity=("low", "medium"))),
        ("?model=gpt-5&until=2026-09-11", IncidentQuery(model="gpt-5", until=day)),
        ("?since=2026-09-11", IncidentQuery(since=day)),
    ):
        answer = client.get(f"/v1/incidents{asked}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == _plain(book.listed(ALL, query)) != []
    narrowed = client.get("/v1/incidents?team=search&state=all")
    assert narrowed.json() == _plain(book.listed(Scope.of_teams("search"), ALL_INCIDENTS))


@pytest.mark.server
def test_one_is_whole(client: httpx.Client, book: IncidentBook) -> None:
    answer = client.get("/v1/incidents/2")
    assert answer.json() == _plain([book.one(ALL, 2)])
    (one,) = answer.json()
    assert one["days"] == [{"day": "2026-09-23", "actual": 1500.0, "expected": 150.0}]
    assert one["part_of"] == 7
    (own,) = client.get("/v1/incidents/2?team=search").json()
    assert own["part_of"] is None


@pytest.mark.server
def test_a_change_is_that_of_a_person(client: httpx.Client, book: IncidentBook) -> None:
    change = {"feedback": "planned_activity", "note": "a test of load", "by": "ana"}
    answer = client.patch("/v1/incidents/5", json=change)
    assert answer.status_code == 200
    assert answer.json() == _plain([book.one(ALL, 5)])
    (closed,) = answer.json()
    assert (closed["state"], closed["feedback"]) == ("ignored", "planned_activity")
    assert [(line["by"], line["note"]) for line in closed["history"][-2:]] == [
        ("ana", "a test of load")
    ] * 2
    (again,) = client.patch("/v1/incidents/5", json={"state": "active"}).json()
    assert (again["state"], again["history"][-1]["by"]) == ("active", "http")


@pytest.mark.server
@pytest.mark.parametrize(
    ("method", "path", "body", "status", "slug", "field"),
    [
        ("GET", "?state=closed", None, 422, "invalid-request", "state.0"),
        ("GET", "?severity=huge", None, 422, "invalid-request", "severity.0"),
        ("GET", "?limit=0", None, 422, "invalid-request", "limit"),
        ("GET", "?since=yesterday", None, 422, "invalid-request", "since"),
        ("GET", "?since=2026-10-02&until=2026-10-01", None, 422, "invalid-request", "until"),
        ("GET", "?model=a&model=b", None, 422, "invalid-request", "model"),
        ("GET", "?colour=red", None, 422, "invalid-request", "colour"),
        ("GET", "?team=unallocated", None, 422, "invalid-request", "team"),
        ("GET", "/99", None, 404, "unknown-incident", "id"),
        ("GET", "/two", None, 404, "unknown-incident", "id"),
        ("GET", "/-2", None, 404, "unknown-incident", "id"),
        ("GET", f"/{10**18}", None, 404, "unknown-incident", "id"),
        ("GET", f"/{2**63}", None, 404, "unknown-incident", "id"),
        ("GET", f"/{'9' * 5000}", None, 404, "unknown-incident", "id"),
        ("GET", "/2?team=ads", None, 404, "unknown-incident", "id"),
        ("GET", "/2/explanation?team=ads", None, 404, "unknown-incident", "id"),
        ("PATCH", "/99", {"state": "resolved"}, 404, "unknown-incident", "id"),
        ("PATCH", "/2?team=ads", {"state": "resolved"}, 404, "unknown-incident", "id"),
        ("PATCH", "/2?team=unallocated", {"state": "resolved"}, 422, "invalid-request", "team"),
        ("PATCH", "/2", {}, 422, "invalid-request", "state"),
        ("PATCH", "/2", [], 422, "invalid-request", "body"),
        ("PATCH", "/2", {"state": "done"}, 422, "invalid-request", "state"),
        ("PATCH", "/2", {"state": "restated"}, 422, "invalid-request", "state"),
        ("PATCH", "/2", {"feedback": "wrong"}, 422, "invalid-request", "feedback"),
        ("PATCH", "/2", {"state": "resolved", "who": 1}, 422, "invalid-request", "who"),
        ("PATCH", "/2", {"state": "resolved", "by": ""}, 422, "invalid-request", "by"),
        ("PATCH", "/2", {"state": "resolved", "note": "x" * 4500}, 422, "invalid-request", "note"),
        ("PATCH", "/2", {"state": "resolved", "note": "x" * 5500}, 413, None, None),
        ("POST", "", {}, 405, "method-not-allowed", None),
        ("PATCH", "/2/explanation", {}, 405, "method-not-allowed", None),
    ],
)
def test_refusals_are_problems_and_change_nothing(
    client: httpx.Client,
    book: IncidentBook,
    method: str,
    path: str,
    body: object,
    status: int,
    slug: str | None,
    field: str | None,
) -> None:
    before = book.one(ALL, 2)
    answer = client.request(method, f"/v1/incidents{path}", json=body)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    if slug is not None:
        assert problem["type"] == f"urn:costcast:problem:{slug}"
    if field is not None:
        assert (problem["field"], bool(problem["wanted"])) == (field, True)
    assert book.one(ALL, 2) == before


@pytest.mark.server
def test_a_wrong_value_is_told_with_what_is_wanted(client: httpx.Client) -> None:
    problem = client.patch("/v1/incidents/2", json={"state": "restated"}).json()
    assert problem["got"] == "restated"
    assert problem["wanted"].startswith("one of acknowledged, resolved, ignored")
    foreign, unknown = (client.get(f"/v1/incidents/{n}?team=ads").json() for n in (2, 99))
    assert foreign | {"got": 99} == unknown | {"detail": foreign["detail"]}


@pytest.mark.server
def test_the_report_shows_the_open_ones_of_its_scope(client: httpx.Client) -> None:
    everything = client.get("/report").text
    own = client.get("/report?team=ads").text
    assert "openai/gpt-5-mini" in everything
    assert everything.count('<span class="chip bad">high</span>') == 1  # 7, which stands for two
    assert own.count('<span class="chip warn">medium</span>') == 1
    for name in ("search", "support", "unallocated"):
        assert name not in own


@pytest.mark.server
def test_numbers_share_a_label(client: httpx.Client) -> None:
    for number in range(1, 40):
        client.get(f"/v1/incidents/{number}")
    counted = client.get("/metrics").text
    assert 'route="/v1/incidents",status="200"' in counted
    assert 'route="/v1/incidents/{id}",status="404"' in counted
    assert "/v1/incidents/3" not in counted


def _asked(url: str, *requests: tuple[str, str, object]) -> list[httpx.Response]:
    """Answers of the pages without a snapshot, asked at once in one event loop."""
    pages = make_pages(
        CurrentEngine(Path("nowhere")), RequestMetrics([]), AskedIncidents(IncidentBook(url))
    )

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=pages)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await asyncio.gather(
                *(client.request(method, path, json=body) for method, path, body in requests)
            )

    return asyncio.run(ask())


def test_without_a_state_there_is_no_incident(tmp_path: Path) -> None:
    listed, one = _asked(
        f"sqlite:///{tmp_path}/state/state.db",
        ("GET", "/v1/incidents", None),
        ("GET", "/v1/incidents/1", None),
    )
    assert (listed.status_code, listed.json()) == (200, [])
    assert one.status_code == 404
    assert list(tmp_path.iterdir()) == []


def test_a_state_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_text("no database at all " * 100)
    for answer in _asked(
        f"sqlite:///{tmp_path}/state.db",
        ("GET", "/v1/incidents", None),
        ("PATCH", "/v1/incidents/1", {"state": "resolved"}),
    ):
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:costcast:problem:state-unavailable"
        assert str(tmp_path) not in answer.text


def test_readers_are_answered_while_changes_wait_for_a_night(journal_url: str) -> None:
    begun, read = threading.Event(), threading.Event()

    def night() -> None:
        with open_database(journal_url) as database, database.writing():
            begun.set()
            read.wait(20)

    async def ask() -> tuple[int, list[bool], list[int]]:
        asked = AskedIncidents(IncidentBook(journal_url))
        pages = make_pages(CurrentEngine(Path("nowhere")), RequestMetrics([]), asked)
        transport = httpx.ASGITransport(app=pages)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            await client.get("/v1/incidents")  # opens the database
            writer.start()
            await asyncio.to_thread(begun.wait, 20)
            path, body = "/v1/incidents/1", {"state": "resolved"}
            changes = [asyncio.create_task(client.patch(path, json=body)) for _ in range(8)]
            listed = await client.get("/v1/incidents")
            waited = [change.done() for change in changes]
            read.set()
            done = await asyncio.gather(*changes)
        return len(listed.json()), waited, [answer.status_code for answer in done]

    writer = threading.Thread(target=night)
    try:
        listed, waited, statuses = asyncio.run(ask())
    finally:
        read.set()
        writer.join()
    assert listed == 6
    assert waited == [False] * 8
    assert statuses == [200] * 8
