"""Demand is use that is paid for as use; it is the same asked of rows and of their facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from ledger.condensed import condensed
from ledger.demand import is_demand, is_demand_line
from ledger.reference import Reference
from ledger.usage_facts import usage_facts
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
CHARGES = [
    *product(("purchase", "tax", "credit", "adjustment"), (None, "Used", "Unused"), (False,)),
    ("usage", None, True),
    ("usage", "Used", True),
    ("usage", "unused", False),
    ("usage", "Unused", False),
]


@pytest.mark.parametrize(("category", "status", "wanted"), CHARGES)
def test_only_use_that_is_no_unused_commitment(
    make_row: MakeRow, make_view: MakeView, category: str, status: str | None, wanted: bool
) -> None:
    charge: Row = {"charge_category": category, "commitment_status": status}
    view = make_view([make_row(DAY, effective_cost=Decimal(1), **charge)])
    assert is_demand(view.rows).to_pylist() == [wanted]
    assert is_demand(condensed(view).rows).to_pylist() == [wanted]
    facts = usage_facts(view, Reference(), currency="USD")
    assert is_demand_line(facts).to_pylist() == [wanted]


def test_of_no_rows_there_is_none(make_view: MakeView) -> None:
    assert is_demand(make_view([]).rows).to_pylist() == []
