"""Incidents within a scope: found by every condition, whole by number, changed by people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from journal.incident_values import Incident
from ledger.scope import Scope
from serving.incidents import ALL_INCIDENTS, IncidentBook
from serving.problems import InvalidRequest, UnknownIncident
from serving.requests import IncidentQuery

ALL = Scope.everything()
SEARCH = Scope.of_teams("search")
AT = datetime(2026, 10, 21, 9, tzinfo=UTC)


@pytest.fixture
def book(journal_url: str) -> Iterator[IncidentBook]:
    with closing(IncidentBook(journal_url)) as book:
        yield book


def _numbers(incidents: list[Incident]) -> list[int]:
    return [one.id for one in incidents]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, [1, 2, 3, 5, 6, 7]),
        ({"state": ["all"]}, [1, 2, 3, 4, 5, 6, 7]),
        ({"state": ["resolved"]}, [4]),
        ({"state": ["resolved", "open"]}, [1, 2, 3, 4, 5, 6, 7]),
        ({"state": ["ignored"]}, []),
        ({"severity": ["low"]}, [3, 5]),
        ({"severity": ["high", "critical"], "state": ["all"]}, [2, 4, 7]),
        ({"team": ["search", "ads"]}, [1, 2]),
        ({"model": "gpt-5", "state": ["all"]}, [1, 4]),
        ({"since": date(2026, 9, 23)}, [2, 3, 6, 7]),
        ({"until": date(2026, 9, 23)}, [1, 5, 7]),
        ({"since": date(2026, 9, 11), "until": date(2026, 9, 12)}, [7]),
        ({"limit": 2}, [6, 7]),
        ({"limit": 99, "severity": ["high"], "model": "openai/gpt-5-mini"}, [2]),
    ],
)
def test_every_condition_is_met(
    book: IncidentBook, asked: dict[str, Any], numbers: list[int]
) -> None:
    query = IncidentQuery.model_validate(asked)
    found = book.listed(ALL, query)
    assert _numbers(found) == numbers
    # with the same links to others, whether these are met or not
    assert found == [one for one in book.listed(ALL, ALL_INCIDENTS) if one.id in numbers]
    own = book.listed(SEARCH, query)
    assert own == [one for one in book.listed(SEARCH, ALL_INCIDENTS) if one in own]
    if query.limit is None:
        assert _numbers(own) == [number for number in numbers if number in {2, 4}]


def test_a_span_is_not_empty(book: IncidentBook) -> None:
    day = date(2026, 9, 23)
    with pytest.raises(InvalidRequest, match="a day after since 2026-09-23") as problem:
        book.listed(ALL, IncidentQuery(since=day, until=day))
    assert (problem.value.field, problem.value.got) == ("until", "2026-09-23")


def test_a_list_has_no_details_and_one_has_them_all(book: IncidentBook) -> None:
    listed = {one.id: one for one in book.listed(ALL, ALL_INCIDENTS)}
    told = {one.id: one for one in book.told(ALL)}
    assert listed.keys() == told.keys()
    for number, short in listed.items():
        whole = book.one(ALL, number)
        assert short == whole.model_copy(update={"days": [], "history": []})
        assert whole.history
        assert told[number] == (whole if whole.is_open else short)
    assert listed[7].parts == [1, 2]
    assert listed[1].part_of == listed[2].part_of == 7


def test_a_scope_sees_its_own_and_no_link_to_others(book: IncidentBook) -> None:
    own = book.listed(SEARCH, ALL_INCIDENTS)
    assert _numbers(own) == [2, 4] == _numbers(book.told(SEARCH))
    assert own[0].part_of is None
    assert book.one(SEARCH, 2).part_of is None
    for foreign in (1, 3, 5, 6, 7, 8, 0, -1, 2**31, 2**63, 10**30):
        with pytest.raises(UnknownIncident) as problem:
            book.one(SEARCH, foreign)
        assert str(problem.value) == f"field id: got {foreign}, wanted the number of an incident"
        with pytest.raises(UnknownIncident):
            book.change(SEARCH, foreign, by="ana", at=AT, state="resolved")
    assert book.one(ALL, 1).state == "active"


def test_people_change_states_and_labels(book: IncidentBook) -> None:
    taken = book.change(SEARCH, 2, by="ana", at=AT, feedback="unexpected", note="a loop")
    assert (taken.state, taken.feedback, taken.acknowledged_at) == (
        "acknowledged",
        "unexpected",
        AT,
    )
    assert {(line.by, line.note) for line in taken.history[-2:]} == {("ana", "a loop")}
    assert taken == book.one(SEARCH, 2)
    closed = book.change(ALL, 2, by="ana", at=AT, state="resolved")
    assert closed.resolved_at == AT
    assert _numbers(book.listed(SEARCH)) == []


@pytest.mark.parametrize(
    ("change", "field", "got"),
    [
        ({"state": "restated"}, "state", "restated"),
        ({}, "state", None),
        ({"state": "resolved", "by": " "}, "by", " "),
        ({"state": "resolved", "note": "x" * 4001}, "note", 4001),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(
    book: IncidentBook, change: dict[str, Any], field: str, got: object
) -> None:
    before = book.one(ALL, 2)
    asked: dict[str, Any] = {"by": "ana", "at": AT} | change
    with pytest.raises(InvalidRequest) as problem:
        book.change(ALL, 2, **asked)
    assert (problem.value.field, problem.value.got) == (field, got)
    assert book.one(ALL, 2) == before


def test_no_state_holds_no_incident(tmp_path: Path) -> None:
    with closing(IncidentBook(f"sqlite:///{tmp_path}/state/state.db")) as book:
        assert book.listed(ALL) == book.told(ALL) == []
        with pytest.raises(UnknownIncident):
            book.one(ALL, 1)
        with pytest.raises(UnknownIncident):
            book.change(ALL, 1, by="ana", at=AT, state="resolved")
    assert list(tmp_path.iterdir()) == []
