"""Money in one currency: at the rate of each day, or at the rates of one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ledger.costs import cost_cells
from ledger.fx import Rate
from ledger.groups import exact_sum
from ledger.problems import BadInput
from ledger.reference import Reference
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

CHANGE = date(2026, 10, 1)
RATES = (
    Rate(currency="EUR", base="USD", rate=Decimal("1.1"), valid_to=CHANGE),
    Rate(currency="EUR", base="USD", rate=Decimal("1.2"), valid_from=CHANGE),
)


def _months(make_row: MakeRow, make_view: MakeView) -> LedgerView:
    days = (date(2026, 9, 5), date(2026, 10, 5))
    return make_view(
        [
            make_row(day, currency=code, effective_cost=Decimal(10), billed_cost=Decimal(20))
            for day in days
            for code in ("EUR", "USD")
        ]
    )


def _by_month(view: LedgerView, rates_on: date | None) -> list[Decimal]:
    cells = cost_cells(
        view, Reference(fx=RATES), allocation="current", currency="USD", rates_on=rates_on
    )
    months = [
        cells.filter(pc.equal(pc.month(cells["day"]), pa.scalar(number))) for number in (9, 10)
    ]
    return [exact_sum(month["effective_cost"]) for month in months]


def test_in_constant_currency_equal_use_costs_the_same(
    make_row: MakeRow, make_view: MakeView
) -> None:
    view = _months(make_row, make_view)
    assert _by_month(view, None) == [21, 22]
    assert _by_month(view, date(2026, 9, 30)) == [21, 21]
    assert _by_month(view, CHANGE) == [22, 22]


def test_the_one_day_needs_a_rate(make_row: MakeRow, make_view: MakeView) -> None:
    dated = Rate(currency="EUR", base="USD", rate=Decimal(1), valid_from=CHANGE)
    with pytest.raises(BadInput, match=r"EUR \(from 2026-09-01\)"):
        cost_cells(
            _months(make_row, make_view),
            Reference(fx=(dated,)),
            allocation="current",
            currency="USD",
            rates_on=date(2026, 9, 1),
        )
