"""Purchases spread over the days they pay for: exact, up to the day of the view, cash untouched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.amortisation import AmortisationRule, amortise, deferred, term_of
from ledger.costs import cost_cells
from ledger.delivery import Span
from ledger.excluded import Excluded
from ledger.fx import Rate
from ledger.groups import exact_sum
from ledger.panels import build_panel
from ledger.problems import BadInput
from ledger.reference import Reference
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

SEATS = AmortisationRule(name="seats", match={"charge_description": ("*seat*",)}, days=10)


def _purchase(make_row: MakeRow, day: date, amount: str = "100", **values: Any) -> Row:  # noqa: ANN401
    return make_row(
        day,
        charge_category="purchase",
        charge_description="Enterprise seats",
        effective_cost=Decimal(amount),
        billed_cost=Decimal(amount),
        list_cost=Decimal(amount),
        project="ads",
        **values,
    )


def test_a_purchase_accrues_day_by_day_and_the_rest_is_deferred(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        _purchase(make_row, date(2026, 10, 17)),
        make_row(date(2026, 10, 17), effective_cost=Decimal(1), billed_cost=Decimal(1)),
    ]
    view = make_view(rows)  # as of 20 October
    spread, (prepaid,) = amortise(view, [SEATS])
    assert prepaid.term == Span(date(2026, 10, 17), date(2026, 10, 27))
    assert (prepaid.amount, prepaid.accrued, prepaid.deferred) == (
        Decimal(100),
        Decimal(40),
        Decimal(60),
    )
    assert exact_sum(spread.rows["effective_cost"]) == 41
    assert exact_sum(spread.rows["billed_cost"]) == exact_sum(view.rows["billed_cost"])
    assert exact_sum(spread.rows["list_cost"]) == 100
    purchase, _, *parts = spread.rows.to_pylist()
    assert (purchase["effective_cost"], purchase["billed_cost"]) == (0, 100)
    assert [part["period_start"].day for part in parts] == [17, 18, 19, 20]
    assert {part["effective_cost"] for part in parts} == {Decimal(10)}
    assert {(part["charge_category"], part["project"]) for part in parts} == {("usage", "ads")}
    assert {part["delivery_id"] for part in parts} == {"d1"}
    assert spread.digest != view.digest
    assert deferred([prepaid], [], "USD") == [Excluded("deferred", Decimal(60))]


def test_without_a_match_the_view_is_the_same(make_row: MakeRow, make_view: MakeView) -> None:
    day = date(2026, 10, 17)
    rows = [
        make_row(day, effective_cost=Decimal(1), charge_description="seat"),
        _purchase(make_row, day, "0"),
        _purchase(make_row, day) | {"charge_description": "tokens"},
        _purchase(make_row, day) | {"effective_cost": None},
    ]
    view = make_view(rows)
    assert amortise(view, [SEATS]) == (view, ())
    assert amortise(view, []) == (view, ())


def test_the_first_rule_of_the_purchase_day_decides(make_row: MakeRow, make_view: MakeView) -> None:
    old = AmortisationRule(name="old", days=5, valid_to=date(2026, 10, 1))
    new = AmortisationRule(name="new", months=1, category="purchase", starts=date(2026, 11, 1))
    days = [date(2026, 9, 1), date(2026, 10, 1)]
    view = make_view([_purchase(make_row, day) for day in days])
    spread, prepaid = amortise(view, [old, new])
    assert [(part.rule, part.accrued) for part in prepaid] == [
        ("old", Decimal(100)),
        ("new", Decimal(0)),
    ]
    assert prepaid[1].term == Span(date(2026, 11, 1), date(2026, 12, 1))
    assert exact_sum(spread.rows["effective_cost"]) == 100


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 1), 120, date(2036, 1, 1)),
    ],
)
def test_terms_of_months(day: date, months: int, end: date) -> None:
    assert term_of(AmortisationRule(name="x", months=months), day) == Span(day, end)


@pytest.mark.parametrize("term", [{}, {"days": 3, "months": 1}, {"days": 0}, {"months": 121}])
def test_a_rule_has_one_term(term: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        AmortisationRule(name="x", **term)


@given(
    amount=st.decimals(min_value=-(10**9), max_value=10**9, places=12).filter(bool),
    days=st.integers(1, 800),
    age=st.integers(-5, 900),
)
@settings(max_examples=40, deadline=None)
def test_parts_and_what_is_deferred_are_the_purchase(
    make_row: MakeRow, make_view: MakeView, amount: Decimal, days: int, age: int
) -> None:
    day = date.fromordinal(date(2026, 10, 20).toordinal() - age)
    view = make_view([_purchase(make_row, day, str(amount))])
    spread, (prepaid,) = amortise(view, [AmortisationRule(name="x", days=days)])
    assert exact_sum(spread.rows["effective_cost"]) + prepaid.deferred == amount
    parts = spread.rows.to_pylist()[1:]
    assert len(parts) == max(0, min(days, age + 1))
    sizes = {part["effective_cost"] for part in parts}
    assert not sizes or max(sizes) - min(sizes) <= Decimal("1e-12")


@given(
    charges=st.lists(
        st.tuples(
            st.sampled_from(["usage", "purchase", "purchase", "tax"]),
            st.integers(-5, 40),
            st.decimals(min_value=-(10**6), max_value=10**6, places=12),
        ),
        max_size=8,
    )
)
@settings(max_examples=15, deadline=None)
def test_panel_excluded_and_deferred_are_the_delivered_total(
    make_row: MakeRow, make_view: MakeView, charges: list[tuple[str, int, Decimal]]
) -> None:
    today = date(2026, 10, 20).toordinal()
    rows = [
        make_row(date.fromordinal(today - age), charge_category=kind, effective_cost=amount)
        for kind, age, amount in charges
    ]
    view = make_view(rows)
    spread, prepaid = amortise(view, [AmortisationRule(name="x", days=30)])
    cells = cost_cells(spread, Reference(), allocation="current", currency="USD")
    panel, excluded = build_panel(cells, spread)
    left = sum((part.amount for part in [*excluded, *deferred(prepaid, [], "USD")]), Decimal(0))
    counted = exact_sum(view.rows["effective_cost"]) - left
    # The panel's values are floats of exact sums.
    assert float(np.nansum(panel.value)) == pytest.approx(float(counted), abs=1e-6)


def test_a_later_view_moves_from_deferred_to_accrued(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [_purchase(make_row, date(2026, 10, 17))]
    later = make_view(rows, as_of=datetime(2026, 10, 25, 23, tzinfo=UTC))
    _, (prepaid,) = amortise(later, [SEATS])
    assert (prepaid.accrued, prepaid.deferred) == (Decimal(90), Decimal(10))
    done = make_view(rows, as_of=datetime(2027, 10, 25, tzinfo=UTC))
    _, prepaid_then = amortise(done, [SEATS])
    assert deferred(prepaid_then, [], "EUR") == []


def test_deferred_money_is_converted_at_the_rate_of_its_first_day(
    make_row: MakeRow, make_view: MakeView
) -> None:
    view = make_view([_purchase(make_row, date(2026, 10, 17), currency="EUR")])
    _, prepaid = amortise(view, [SEATS])
    rates = [
        Rate(currency="EUR", base="USD", rate=Decimal("1.5"), valid_to=date(2026, 10, 18)),
        Rate(currency="EUR", base="USD", rate=Decimal(2), valid_from=date(2026, 10, 18)),
    ]
    assert deferred(prepaid, rates, "USD") == [Excluded("deferred", Decimal(90))]
    with pytest.raises(BadInput, match=r"EUR \(on 2026-10-17\)"):
        deferred(prepaid, rates[1:], "USD")
