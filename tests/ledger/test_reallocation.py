"""A dry run of other rules: who would lose what to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.allocation import AllocationRule, TeamShare
from ledger.costs import cost_cells
from ledger.reallocation import Move, moves
from ledger.reference import Reference
from ledger.teams import TeamRow
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
BY_PROJECT = Reference(allocation=(AllocationRule(name="project", team_from="project"),))


def _shared(**shares: str) -> AllocationRule:
    parts = tuple(TeamShare(team=team, share=Decimal(share)) for team, share in shares.items())
    return AllocationRule(name="shared", match={"project": ("shared",)}, shares=parts)


def _moves(view: LedgerView, old: Reference, new: Reference) -> list[Move]:
    return moves(view, old, new, allocation="current", currency="USD")


def test_a_renamed_team_takes_all(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(DAY, project=team, effective_cost=Decimal(amount))
        for team, amount in (("growth", 30), ("growth", 12), ("ads", 5))
    ]
    new = Reference(
        allocation=BY_PROJECT.allocation, teams=(TeamRow(name="growth", team="marketing"),)
    )
    view = make_view(rows)
    assert _moves(view, BY_PROJECT, new) == [Move("growth", "marketing", Decimal(42), "USD", 2)]
    assert _moves(view, new, new) == []
    assert _moves(make_view([]), BY_PROJECT, new) == []


def test_other_shares_move_only_the_difference(make_row: MakeRow, make_view: MakeView) -> None:
    old = Reference(allocation=(_shared(a="0.5", b="0.5"),))
    new = Reference(allocation=(_shared(a="0.3", b="0.4", c="0.2", d="0.1"),))
    view = make_view([make_row(DAY, project="shared", effective_cost=Decimal(100))])
    assert _moves(view, old, new) == [
        Move("a", "c", Decimal(20), "USD", 1),
        Move("b", "d", Decimal(10), "USD", 1),
    ]


def test_what_nobody_owned_and_credits_move_too(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(DAY, project="ads", effective_cost=Decimal(7)),
        make_row(DAY, project="search", effective_cost=Decimal(-9)),
        make_row(DAY, project="ads", effective_cost=None),
    ]
    assert _moves(make_view(rows), Reference(), BY_PROJECT) == [
        Move("unallocated", "search", Decimal(-9), "USD", 1),
        Move("unallocated", "ads", Decimal(7), "USD", 2),
    ]


references = st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any)


@given(
    before=references,
    after=references,
    money=st.lists(st.decimals(min_value=-(10**6), max_value=10**6, places=6), max_size=6),
)
@settings(max_examples=15, deadline=None)
def test_moves_are_the_difference_of_the_cells(
    make_row: MakeRow,
    make_view: MakeView,
    before: list[int],
    after: list[int],
    money: list[Decimal],
) -> None:
    def rules(weights: list[int]) -> Reference:
        shares = [Decimal(weight) / sum(weights) for weight in weights]
        shares = [share.quantize(Decimal("0.001")) for share in shares]
        shares[0] += 1 - sum(shares)
        named = dict(zip("abc", map(str, shares), strict=True))
        return Reference(allocation=(_shared(**named),))

    view = make_view([make_row(DAY, project="shared", effective_cost=amount) for amount in money])
    old, new = rules(before), rules(after)
    net: dict[str, Decimal] = defaultdict(Decimal)
    for move in _moves(view, old, new):
        assert move.from_team != move.to_team
        net[move.from_team] -= move.amount
        net[move.to_team] += move.amount
    assert sum(net.values()) == 0
    for sign, reference in ((-1, new), (1, old)):
        cells = cost_cells(view, reference, allocation="current", currency="USD")
        for cell in cells.to_pylist():
            net[cell["team"]] += sign * cell["effective_cost"]
    assert max(map(abs, net.values()), default=Decimal(0)) <= Decimal("1e-11")
