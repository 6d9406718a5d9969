"""Open incidents in the report: the most severe first, with causes, within the scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from insights.anomaly_kpis import anomaly_kpis
from journal.incident_values import Incident
from ledger.scope import Scope
from ledger.usage_fact_columns import USAGE_FACTS
from serving.engine import Engine
from serving.incident_board import incident_board
from serving.incident_causes import explain_incident
from serving.incidents import IncidentBook
from serving.report import render_report
from serving.snapshot import open_snapshot
from serving.wording import day, money

if TYPE_CHECKING:
    from tests.serving.conftest import World

ALL = Scope.everything()
LOOPING = ("search", "openai/gpt-5-mini")


@pytest.fixture
def book(journal_url: str) -> Iterator[IncidentBook]:
    with closing(IncidentBook(journal_url)) as book:
        yield book


@pytest.fixture(scope="module")
def knowing(world: World, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine that knows the use behind one series: on its strange day most requests failed."""
    lines = []
    for cell in world.cells.to_pylist():
        if (cell["team"], cell["model"]) != LOOPING:
            continue
        calls = int(cell["effective_cost"] * 100)
        named: dict[str, Any] = dict.fromkeys(USAGE_FACTS.names, "(none)")
        named |= {name: cell[name] for name in USAGE_FACTS.names if name in cell}
        named |= {
            "token_class": "input",
            "unit": "tokens",
            "is_correction": False,
            "stated_currency": "USD",
            "stated_cost": cell["effective_cost"],
            "quantity": Decimal(calls) * 1000,
            "busy_hours": None,
            "requests": calls,
            "failed_requests": calls * 6 // 10 if str(cell["day"]) == "2026-09-23" else 0,
        }
        lines.append(named)
    published = tmp_path_factory.mktemp("knowing")
    facts = pa.Table.from_pylist(lines, USAGE_FACTS)
    return Engine(open_snapshot(published / world.publish(published, facts=facts)))


class _Rows(HTMLParser):
    """Cells of the first table of the section of incidents, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_section = self._in_body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._in_section = ("id", "incidents") in attrs
        elif tag == "tbody" and self._in_section and not self.rows:
            self._in_body = True
        elif tag == "tr" and self._in_body:
            self.rows.append([])
        elif tag == "td" and self._in_body:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "tbody":
            self._in_body = False

    def handle_data(self, data: str) -> None:
        if self._in_body and self.rows and self.rows[-1]:
            self.rows[-1][-1] += f"{data.strip()} "


def _rows(report: str) -> list[list[str]]:
    parser = _Rows()
    parser.feed(report)
    return [[cell.strip() for cell in row] for row in parser.rows]


def test_the_most_severe_comes_first_and_parts_stand_behind(
    engine: Engine, book: IncidentBook
) -> None:
    board = incident_board(engine, ALL, book.told(ALL))
    assert [line.incident.id for line in board.lines] == [7, 6, 5, 3]
    assert [line.incident.severity for line in board.lines] == ["high", "medium", "low", "low"]
    assert [line.parts for line in board.lines] == [2, 0, 0, 0]
    assert board.more == 0
    assert board.kpis == anomaly_kpis(book.told(ALL))
    # a part is shown where the whole is closed, or not to be seen
    own = incident_board(engine, Scope.of_teams("ads", "search"), book.told(ALL))
    assert [line.incident.id for line in own.lines] == [2, 1]
    assert own.kpis.detected == 3


def test_a_long_list_is_cut_and_says_so(
    engine: Engine, book: IncidentBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.incident_board._SHOWN", 1)
    board = incident_board(engine, ALL, book.told(ALL))
    assert ([line.incident.id for line in board.lines], board.more) == ([7], 3)
    report = render_report(engine, ALL, evaluation=None, incidents=book.told(ALL))
    assert "And 3 more" in report


def test_a_cause_is_that_of_the_dearest_day(knowing: Engine, book: IncidentBook) -> None:
    loop = book.one(ALL, 2)
    found = explain_incident(knowing, ALL, loop)
    assert found is not None
    assert found.cause == "retry_loop"
    assert (found.start, found.before) == (loop.first_day, Decimal(150))
    milder = loop.days[0].model_copy(update={"day": loop.last_day + timedelta(days=1), "actual": 9})
    longer = loop.model_copy(update={"days": [milder, *loop.days]})
    assert explain_incident(knowing, ALL, longer) == found
    whole = book.one(ALL, 7)
    assert explain_incident(knowing, ALL, whole, [book.one(ALL, part) for part in (1, 2)]) == found


def test_no_cause_is_made_up(knowing: Engine, engine: Engine, book: IncidentBook) -> None:
    told = {one.id: one for one in book.told(ALL)}
    assert explain_incident(knowing, ALL, told[3]) is None  # first spend
    assert explain_incident(knowing, ALL, told[5]) is None  # its use is not known
    assert explain_incident(knowing, ALL, told[7]) is None  # no days, and no parts given
    assert explain_incident(engine, ALL, told[2]) is None  # a snapshot without facts
    gone = told[2].model_copy(update={"series": {"team": "search", "model": "gone"}})
    assert explain_incident(knowing, ALL, gone) is None
    assert explain_incident(knowing, Scope.of_teams("ads"), told[2]) is None


def test_the_report_tells_every_open_incident(knowing: Engine, book: IncidentBook) -> None:
    incidents = book.told(ALL)
    report = render_report(knowing, ALL, evaluation=None, incidents=incidents)
    rows = {int(row[0]): row for row in _rows(report)}
    assert list(rows) == [7, 6, 5, 3]
    for one in incidents:
        if one.id not in rows:
            continue
        row = rows[one.id]
        assert row[1:3] == [one.severity, one.state]
        assert row[3].startswith(" / ".join(one.series.values()) or "total")
        assert row[4].startswith(day(one.first_day))
        assert row[5] == money(one.actual, "USD")
        assert row[7] == money(one.impact, "USD")
    assert rows[7][3] == "total 2 series in one"
    assert rows[7][4] == "10 Sep 2026 14 days"
    assert rows[7][8].startswith("A client repeats failing requests")
    assert rows[3][6] == rows[5][8] == "\N{EN DASH}"
    assert rows[3][8] == "The first spend of this series."


def test_a_label_stands_beside_the_state(engine: Engine, book: IncidentBook) -> None:
    (one,) = [one for one in book.told(ALL) if one.id == 6]
    labelled = one.model_copy(update={"feedback": "planned_activity", "state": "acknowledged"})
    report = render_report(engine, ALL, evaluation=None, incidents=[labelled])
    assert _rows(report)[0][2] == "acknowledged planned activity"


def test_a_scope_leaves_no_trace_of_others(engine: Engine, book: IncidentBook) -> None:
    ads = Scope.of_teams("ads")
    report = render_report(engine, ads, evaluation=None, incidents=book.told(ALL))
    assert [row[0] for row in _rows(report)] == ["1"]
    for name in ("search", "support", "unallocated"):
        assert name not in report
    assert report == render_report(engine, ads, evaluation=None, incidents=book.told(ads))


def test_none_open_and_none_known_are_different_sentences(
    engine: Engine, book: IncidentBook
) -> None:
    closed = [one for one in book.told(ALL) if not one.is_open]
    assert closed
    for incidents, said in (
        ([], "No incident is open."),
        (closed, "No incident is open."),
        (None, "the journal of incidents could not be read"),
    ):
        report = render_report(engine, ALL, evaluation=None, incidents=incidents)
        assert said in report
        assert ("How incidents are handled" in report) == (incidents == closed)


def test_names_are_escaped(engine: Engine, book: IncidentBook) -> None:
    incidents: list[Incident] = [
        one.model_copy(update={"series": {"team": "<script>alert(1)</script>"}})
        for one in book.told(ALL)
    ]
    report = render_report(engine, ALL, evaluation=None, incidents=incidents)
    assert "&lt;script&gt;" in report
    assert "<script" not in report
