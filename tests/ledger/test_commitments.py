"""What was paid ahead: purchases against the usage they cover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.accounting import account_cells, statement
from ledger.commitments import commitment_balances
from ledger.reference import Reference
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)


def _money(billed: int | None, effective: int | None) -> Row:
    return {
        "billed_cost": None if billed is None else Decimal(billed),
        "effective_cost": None if effective is None else Decimal(effective),
    }


def test_a_commitment_is_used_left_idle_or_remains(make_row: MakeRow, make_view: MakeView) -> None:
    own = {"commitment_id": "ri-1"}
    rows = [
        make_row(DAY, charge_category="purchase", **own, **_money(100, 0)),
        make_row(DAY, commitment_status="used", **own, **_money(0, 60)),
        make_row(DAY, commitment_status="Unused", **own, **_money(0, 15)),
        make_row(DAY, charge_category="tax", **own, **_money(9, 9)),
        make_row(DAY, **_money(7, 7)),
        make_row(DAY, **_money(None, 7)),
    ]
    (balance,) = commitment_balances(make_view(rows))
    assert (balance.commitment_id, balance.currency) == ("ri-1", "USD")
    assert (balance.purchased, balance.used, balance.unused) == (
        Decimal(100),
        Decimal(60),
        Decimal(15),
    )
    assert balance.remaining == 25
    assert not balance.is_counted_twice


def test_a_purchase_that_is_expensed_and_used_counts_twice(
    make_row: MakeRow, make_view: MakeView
) -> None:
    own = {"commitment_id": "ri-1"}
    rows = [
        make_row(DAY, charge_category="purchase", **own, **_money(100, 100)),
        make_row(DAY, commitment_status="used", **own, **_money(0, 60)),
    ]
    (balance,) = commitment_balances(make_view(rows))
    assert balance.is_counted_twice
    assert balance.remaining == -60


def test_prepaid_tokens(make_row: MakeRow, make_view: MakeView) -> None:
    """FOCUS 1.2, appendix on virtual currencies: 100,000 tokens bought at $2, 245 of them used."""
    rows = [
        make_row(DAY, charge_category="purchase", **_money(200_000, 0)),
        make_row(
            DAY,
            **_money(0, 490),
            list_cost=Decimal(490),
            consumed_quantity=Decimal(245),
            consumed_unit="Execution",
        ),
    ]
    view = make_view(rows)
    (balance,) = commitment_balances(view)
    assert balance.commitment_id is None
    assert (balance.purchased, balance.used, balance.remaining) == (
        Decimal(200_000),
        Decimal(490),
        Decimal(199_510),
    )
    cells = account_cells(view, Reference(), allocation="current", currency="USD")
    accrual, cash = (
        {line.group["charge_kind"]: line.amount for line in statement(cells, name)}
        for name in ("accrual", "cash")
    )
    assert accrual == {"one_time_purchase": 0, "usage": 490}
    assert cash == {"one_time_purchase": 200_000, "usage": 0}


def test_without_anything_paid_ahead_there_is_no_balance(
    make_row: MakeRow, make_view: MakeView
) -> None:
    assert commitment_balances(make_view([make_row(DAY, **_money(7, 7))])) == []
    assert commitment_balances(make_view([])) == []
