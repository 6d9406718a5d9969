"""Teams under their parents: dated, as deep as the file goes, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.allocation import AllocationRule
from ledger.costs import cost_cells
from ledger.excluded import left_out, with_left_out
from ledger.groups import exact_sum
from ledger.hierarchy import Level, ancestors, roll_up
from ledger.problems import BadInput
from ledger.reference import Reference
from ledger.teams import TeamRow
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

MOVE = date(2026, 10, 1)
TEAMS = (
    TeamRow(name="ads", team="ads", parent="revenue", valid_to=MOVE),
    TeamRow(name="ads", team="ads", parent="growth", valid_from=MOVE),
    TeamRow(name="search", team="search", parent="discovery"),
    TeamRow(name="revenue", team="revenue", parent="company"),
    TeamRow(name="growth", team="growth", parent="company"),
    TeamRow(name="platform", team="platform"),
)
BY_PROJECT = Reference(allocation=(AllocationRule(name="project", team_from="project"),))


def _cells(view: LedgerView) -> pa.Table:
    return cost_cells(view, BY_PROJECT, allocation="as_charged", currency="USD")


def _by_team(cells: pa.Table) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for cell in cells.to_pylist():
        sums[cell["team"]] = sums.get(cell["team"], Decimal(0)) + cell["effective_cost"]
    return sums


def test_ancestors_of_a_day() -> None:
    assert ancestors(TEAMS, "ads", date(2026, 9, 30)) == ("revenue", "company")
    assert ancestors(TEAMS, "ads", MOVE) == ("growth", "company")
    assert ancestors(TEAMS, "search", MOVE) == ("discovery",)
    assert ancestors(TEAMS, "platform", MOVE) == ancestors(TEAMS, "nobody", MOVE) == ()


def test_a_parent_learnt_later_replaces_an_earlier_one() -> None:
    later = TeamRow(
        name="search", team="search", parent="core", known_at=datetime(2026, 9, 1, tzinfo=UTC)
    )
    assert ancestors([*TEAMS, later], "search", MOVE) == ("core",)


@pytest.mark.parametrize("parent", ["ads", "revenue"])
def test_a_circle_is_refused(parent: str) -> None:
    circle = TeamRow(name="company", team="company", parent=parent)
    with pytest.raises(BadInput, match=r"teams\.csv, field parent: got 'ads > revenue > company"):
        ancestors([*TEAMS, circle], "ads", date(2026, 9, 1))


def test_a_year_rolls_up_under_the_parents_of_each_day_or_of_one(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        make_row(date(2026, month, 5), project=team, effective_cost=Decimal(amount))
        for month, team, amount in (
            (9, "ads", 1),
            (10, "ads", 2),
            (10, "search", 4),
            (10, "platform", 8),
            (10, None, 16),
        )
    ]
    cells = with_left_out(_cells(make_view(rows)), {"effective_cost": Decimal(3)})
    charged = roll_up(cells, TEAMS, level="parent", valid_on=None)
    rest = {"discovery": 4, "platform": 8, "unallocated": 16}
    assert _by_team(charged) == {"revenue": 1, "growth": 2, **rest}
    today = roll_up(cells, TEAMS, level="parent", valid_on=date(2026, 10, 20))
    assert _by_team(today) == {"growth": 3, **rest}
    top = roll_up(cells, TEAMS, level="top", valid_on=None)
    assert _by_team(top) == {"company": 3, **rest}
    assert roll_up(cells, TEAMS, level="team", valid_on=None).equals(cells)
    assert charged.schema.equals(cells.schema)
    assert left_out(charged, "effective_cost") == left_out(cells, "effective_cost")


def test_siblings_become_one_cell(make_row: MakeRow, make_view: MakeView) -> None:
    teams = [TeamRow(name=name, team=name, parent="p") for name in ("a", "b")]
    rows = [
        make_row(date(2026, 10, 5), project=name, effective_cost=Decimal(1), requests=2)
        for name in ("a", "b")
    ]
    (cell,) = roll_up(
        _cells(make_view(rows)), teams, level="parent", valid_on=date(2026, 10, 5)
    ).to_pylist()
    assert (cell["team"], cell["effective_cost"], cell["requests"], cell["rows"]) == ("p", 2, 4, 2)


@given(
    money=st.lists(
        st.tuples(
            st.sampled_from(["ads", "search", "platform", None]),
            st.integers(-3, 3),
            st.decimals(min_value=-(10**6), max_value=10**6, places=12),
        ),
        max_size=15,
    ),
    level=st.sampled_from(["team", "parent", "top"]),
)
@settings(max_examples=15, deadline=None)
def test_rolling_up_loses_nothing(
    make_row: MakeRow,
    make_view: MakeView,
    money: list[tuple[str | None, int, Decimal]],
    level: Level,
) -> None:
    rows = [
        make_row(date.fromordinal(MOVE.toordinal() + days), project=team, effective_cost=amount)
        for team, days, amount in money
    ]
    cells = _cells(make_view(rows))
    rolled = roll_up(cells, TEAMS, level=level, valid_on=None)
    assert exact_sum(rolled["effective_cost"]) == exact_sum(cells["effective_cost"])
    assert exact_sum(rolled["rows"]) == exact_sum(cells["rows"])
