"""Accounts: accrual and cash apart, corrections in both months, nothing lost between the two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.accounting import account_cells, charge_kinds, invoice_months, statement
from ledger.allocation import AllocationRule
from ledger.basis import BasisRule
from ledger.cells import CELLS
from ledger.costs import cost_cells
from ledger.excluded import left_out
from ledger.groups import exact_sum
from ledger.panels import build_panel
from ledger.reference import Reference
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
PROJECT = AllocationRule(name="project", team_from="project")


def _billed(month: date) -> Row:
    """The billing period of a month, as a bill states it."""
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    end = datetime(month.year, month.month + 1, 1, tzinfo=UTC)
    return {"billing_period_start": start, "billing_period_end": end}


def _cells(view: LedgerView, reference: Reference | None = None) -> pa.Table:
    reference = reference or Reference(allocation=(PROJECT,))
    return account_cells(view, reference, allocation="current", currency="USD")


def _amounts(cells: pa.Table, *args: Any, **options: Any) -> dict[Any, Decimal | None]:  # noqa: ANN401
    lines = statement(cells, *args, **options)
    return {
        tuple(line.group.values()) if len(line.group) > 1 else next(iter(line.group.values())): (
            line.amount
        )
        for line in lines
    }


def test_every_charge_has_a_kind(make_row: MakeRow, make_view: MakeView) -> None:
    day = date(2026, 10, 5)
    rows = [
        make_row(day),
        make_row(day, commitment_id="c", commitment_status="used"),
        make_row(day, commitment_id="c", commitment_status="Unused"),
        make_row(day, charge_category="purchase", commitment_id="c", charge_frequency="recurring"),
        make_row(day, charge_category="purchase", charge_frequency="recurring"),
        make_row(day, charge_category="purchase", charge_frequency="one-time"),
        make_row(day, charge_category="purchase"),
        make_row(day, charge_category="tax", is_correction=True),
        make_row(day, charge_category="credit"),
        make_row(day, charge_category="adjustment"),
    ]
    assert charge_kinds(make_view(rows).rows).to_pylist() == [
        "usage",
        "usage",
        "unused_commitment",
        "commitment_purchase",
        "recurring_purchase",
        "one_time_purchase",
        "one_time_purchase",
        "tax",
        "credit",
        "adjustment",
    ]


def test_a_correction_is_restated_to_its_use_and_kept_in_its_invoice(
    make_row: MakeRow, make_view: MakeView
) -> None:
    use = date(2026, 9, 12)
    money = {name: Decimal(100) for name in ("effective_cost", "billed_cost")}
    less = {name: Decimal(-30) for name in money}
    rows = [
        make_row(use, project="ads", **money, **_billed(SEPTEMBER)),
        make_row(use, project="ads", is_correction=True, **less, **_billed(OCTOBER)),
        make_row(date(2026, 10, 2), project="ads", **money, **_billed(OCTOBER)),
        make_row(date(2026, 10, 2), source="litellm", provider="openai", effective_cost=Decimal(5)),
    ]
    view = make_view(rows)
    assert invoice_months(view.rows).to_pylist() == [SEPTEMBER, OCTOBER, OCTOBER, None]
    cells = _cells(view)
    assert _amounts(cells, "accrual", by=["usage_period"]) == {SEPTEMBER: 70, OCTOBER: 105}
    assert _amounts(cells, "cash", by=["invoice_month"]) == {
        SEPTEMBER: 100,
        OCTOBER: 70,
        None: None,
    }
    both = _amounts(cells, "cash", by=["invoice_month", "usage_period", "team"])
    assert both[OCTOBER, SEPTEMBER, "ads"] == -30


def test_accrual_and_cash_are_two_statements(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(
            date(2026, 9, 3),
            charge_category="purchase",
            commitment_id="c",
            billed_cost=Decimal(90),
            effective_cost=Decimal(0),
        ),
        make_row(
            date(2026, 10, 3),
            commitment_id="c",
            commitment_status="used",
            billed_cost=Decimal(0),
            effective_cost=Decimal(40),
        ),
        make_row(date(2026, 10, 3), charge_category="tax", billed_cost=Decimal(7)),
    ]
    cells = _cells(make_view(rows))
    lines = statement(cells, "cash")
    assert {line.cost_view for line in lines} == {"cash"}
    assert [(dict(line.group), line.amount, line.rows) for line in lines] == [
        ({"usage_period": SEPTEMBER, "charge_kind": "commitment_purchase"}, Decimal(90), 1),
        ({"usage_period": OCTOBER, "charge_kind": "tax"}, Decimal(7), 1),
        ({"usage_period": OCTOBER, "charge_kind": "usage"}, Decimal(0), 1),
    ]
    assert _amounts(cells, "accrual", by=["charge_kind"]) == {
        "commitment_purchase": 0,
        "tax": None,
        "usage": 40,
    }


def test_periods_may_be_those_of_any_calendar(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [make_row(date(2026, 10, day), effective_cost=Decimal(day)) for day in (4, 10, 11, 17)]

    def sunday(day: date) -> date:
        return date.fromordinal(day.toordinal() - day.isoweekday() % 7)

    amounts = _amounts(_cells(make_view(rows)), "accrual", by=["usage_period"], period_of=sunday)
    assert amounts == {date(2026, 10, 4): 14, date(2026, 10, 11): 28}


def test_a_panel_says_which_view_it_is_of(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(date(2026, 10, 1), effective_cost=Decimal(1), billed_cost=Decimal(2)),
        make_row(
            date(2026, 10, 1),
            charge_category="purchase",
            effective_cost=Decimal(0),
            billed_cost=Decimal(30),
        ),
        make_row(date(2026, 10, 2), charge_category="tax", billed_cost=Decimal(4)),
    ]
    view = make_view(rows)
    cells = cost_cells(view, Reference(), allocation="current", currency="USD")
    accrual, _ = build_panel(cells, view)
    assert (accrual.cost_view, accrual.charge_categories) == ("accrual", ("usage",))
    cash, excluded = build_panel(
        cells, view, measure="billed_cost", charge_categories=("usage", "purchase")
    )
    assert (cash.cost_view, cash.charge_categories) == ("cash", ("usage", "purchase"))
    assert cash.value[0, :2].tolist() == [32, 0]
    assert [(part.reason, part.amount) for part in excluded] == [("tax", Decimal(4))]
    hours, _ = build_panel(cells, view, measure="gpu_hours")
    assert hours.cost_view is None
    with pytest.raises(ValueError, match="got charge category 'fee', wanted one of usage"):
        build_panel(cells, view, charge_categories=("fee",))


amounts = st.one_of(
    st.none(), st.decimals(min_value=-(10**6), max_value=10**6, places=12, allow_nan=False)
)


@st.composite
def _measured_twice(draw: st.DrawFn) -> Row:
    is_bill = draw(st.booleans())
    return {
        "day": date(2026, 9, draw(st.integers(1, 3))),
        "source": "focus" if is_bill else "litellm",
        "provider": "openai",
        "raw_model": draw(st.sampled_from(["gpt-5", "own"])),
        "project": draw(st.sampled_from(["ads", "search"])),
        "charge_category": draw(st.sampled_from(["usage", "usage", "usage", "credit"])),
        "effective_cost": draw(amounts),
        "billed_cost": draw(amounts),
        **(_billed(draw(st.sampled_from([SEPTEMBER, OCTOBER]))) if is_bill else {}),
    }


@given(rows=st.lists(_measured_twice(), max_size=20))
@settings(max_examples=20, deadline=None)
def test_invoice_months_change_no_amount(
    make_row: MakeRow, make_view: MakeView, rows: list[Row]
) -> None:
    basis = BasisRule(provider="openai", total="focus", split="litellm")
    reference = Reference(allocation=(PROJECT,), basis=(basis,))
    view = make_view([make_row(**row) for row in rows])
    plain = cost_cells(view, reference, allocation="current", currency="USD")
    cells = _cells(view, reference)
    assert cells.column_names == [*CELLS.names, "charge_kind", "invoice_month"]
    for measure in ("effective_cost", "billed_cost", "unexplained_cost"):
        assert exact_sum(cells[measure]) == exact_sum(plain[measure])
        assert left_out(cells, measure) == left_out(plain, measure)
        for team in ("ads", "search"):
            own = [
                sum((c[measure] or Decimal(0) for c in t.to_pylist() if c["team"] == team), 0)
                for t in (cells, plain)
            ]
            # A scaled part is rounded once per invoice month.
            assert abs(own[0] - own[1]) <= Decimal("1e-10")


@pytest.mark.parametrize("bill", [{SEPTEMBER: 120, OCTOBER: -30}, {OCTOBER: 60}])
def test_what_a_later_invoice_scales_is_of_that_invoice(
    make_row: MakeRow, make_view: MakeView, bill: dict[date, int]
) -> None:
    day = date(2026, 9, 12)
    common = {"provider": "openai", "raw_model": "gpt-5"}
    rows = [
        make_row(day, **common, source="litellm", project=team, effective_cost=Decimal(amount))
        for team, amount in (("ads", 60), ("search", 30))
    ]
    rows += [
        make_row(day, **common, effective_cost=Decimal(amount), **_billed(month))
        for month, amount in bill.items()
    ]
    basis = BasisRule(provider="openai", total="focus", split="litellm")
    cells = _cells(make_view(rows), Reference(allocation=(PROJECT,), basis=(basis,)))
    by_month = _amounts(cells, "accrual", by=["invoice_month"])
    # What the gateway said is no invoice's, and is taken off again there.
    assert by_month.pop(None) == 0
    assert by_month == bill
    split = _amounts(cells, "accrual", by=["team"])
    assert split == {"ads": sum(bill.values()) * 2 // 3, "search": sum(bill.values()) // 3}
