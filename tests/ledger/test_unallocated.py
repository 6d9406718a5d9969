"""Spend without an owner, by what a rule could take it by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.allocation import AllocationRule, TeamShare
from ledger.basis import BasisRule
from ledger.fx import Rate
from ledger.reference import Reference
from ledger.unallocated import UnallocatedKey, largest_unallocated
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
TEAM_TAG = AllocationRule(name="tag", team_from="tags.team")


def _found(
    view: LedgerView, reference: Reference | None = None, limit: int = 99
) -> dict[tuple[str, str], Decimal]:
    reference = reference or Reference(allocation=(TEAM_TAG,))
    keys = largest_unallocated(
        view, reference, allocation="as_charged", currency="USD", limit=limit
    )
    assert [abs(key.amount) for key in keys] == sorted(
        (abs(key.amount) for key in keys), reverse=True
    )
    return {(key.key, key.value): key.amount for key in keys}


def test_keys_and_tags_of_what_nobody_owns(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(DAY, tags='{"team": "ads", "app": "x"}', effective_cost=Decimal(1000)),
        make_row(DAY, tags='{"app": "x"}', project="p1", effective_cost=Decimal(30)),
        make_row(DAY, tags='{"app": "x"}', project="p2", effective_cost=Decimal(50)),
        make_row(DAY, tags='{"app": "y"}', effective_cost=Decimal(-5)),
        make_row(DAY, effective_cost=None, project="silent"),
    ]
    view = make_view(rows)
    assert _found(view) == {
        ("account", "acme"): 75,
        ("provider", "aws"): 75,
        ("tags.app", "x"): 80,
        ("project", "p2"): 50,
        ("project", "p1"): 30,
        ("tags.app", "y"): -5,
    }
    (first,) = largest_unallocated(
        view, Reference(allocation=(TEAM_TAG,)), allocation="current", currency="USD", limit=1
    )
    assert first == UnallocatedKey("tags.app", "x", Decimal(80), "USD", 2)


def test_where_everything_has_an_owner_nothing_is_listed(
    make_row: MakeRow, make_view: MakeView
) -> None:
    view = make_view([make_row(DAY, tags='{"team": "ads"}', effective_cost=Decimal(1))])
    assert _found(view) == {}
    assert _found(make_view([])) == {}


def test_the_unallocated_part_of_a_shared_amount_counts(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rule = AllocationRule(
        name="half",
        shares=(
            TeamShare(team="ads", share=Decimal("0.75")),
            TeamShare(team="unallocated", share=Decimal("0.25")),
        ),
    )
    view = make_view([make_row(DAY, project="p", effective_cost=Decimal(8))])
    assert _found(view, Reference(allocation=(rule,)))["project", "p"] == 2


def test_what_is_measured_twice_is_listed_once_and_converted(
    make_row: MakeRow, make_view: MakeView
) -> None:
    common = {"provider": "openai", "raw_model": "own", "currency": "EUR"}
    rows = [
        make_row(DAY, **common, sub_account="bill", effective_cost=Decimal(100)),
        make_row(
            DAY, **common, source="litellm", project="p", sub_account="bill",
            effective_cost=Decimal(60),
        ),
    ]  # fmt: skip
    reference = Reference(
        allocation=(TEAM_TAG,),
        basis=(BasisRule(provider="openai", total="focus", split="litellm"),),
        fx=(Rate(currency="EUR", base="USD", rate=Decimal(2)),),
    )
    found = _found(make_view(rows), reference)
    assert found["project", "p"] == 200
    assert found["sub_account", "bill"] == 200
