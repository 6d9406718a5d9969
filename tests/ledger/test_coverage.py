"""The share of the spend that has an owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from ledger.allocation import AllocationRule, TeamShare
from ledger.costs import cost_cells
from ledger.coverage import Coverage, coverage
from ledger.reference import Reference
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
RULES = (
    AllocationRule(
        name="half",
        match={"project": ("shared",)},
        shares=(
            TeamShare(team="ads", share=Decimal("0.5")),
            TeamShare(team="unallocated", share=Decimal("0.5")),
        ),
    ),
    AllocationRule(name="project", team_from="project"),
)


def _cells(view: LedgerView) -> pa.Table:
    return cost_cells(view, Reference(allocation=RULES), allocation="current", currency="USD")


def test_the_share_counts_sizes_and_the_amounts_count_signs(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        make_row(DAY, project="ads", effective_cost=Decimal(60)),
        make_row(DAY, project="shared", effective_cost=Decimal(20)),
        make_row(DAY, effective_cost=Decimal(15), region="eu"),
        make_row(DAY, effective_cost=Decimal(-15), region="us"),
        make_row(DAY, effective_cost=None),
    ]
    (found,) = coverage(_cells(make_view(rows)))
    # 70 of 110: credits without an owner do not cancel spend without one.
    assert found == Coverage({}, "USD", Decimal(70), Decimal(10), Decimal("0.6364"))


def test_coverage_by_group(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(DAY, provider="openai", project="ads", effective_cost=Decimal(3)),
        make_row(DAY, provider="aws", effective_cost=Decimal(4)),
        make_row(DAY, provider="gcp", effective_cost=Decimal(0), project="ads"),
    ]
    found = coverage(_cells(make_view(rows)), by=["provider"])
    assert [(one.group["provider"], one.share) for one in found] == [
        ("aws", Decimal(0)),
        ("gcp", None),
        ("openai", Decimal(1)),
    ]


def test_other_measures_and_no_cells(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(DAY, project="ads", billed_cost=Decimal(1)),
        make_row(DAY, billed_cost=Decimal(3)),
    ]
    cells = _cells(make_view(rows))
    assert coverage(cells, measure="billed_cost")[0].share == Decimal("0.25")
    assert coverage(cells)[0].share is None
    assert coverage(_cells(make_view([]))) == []
