"""Usage facts are the cost cells, told apart further: the same rules, the same money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.allocation import AllocationRule
from ledger.basis import BasisRule
from ledger.costs import cost_cells
from ledger.fx import Rate
from ledger.groups import exact_sum
from ledger.price_book import NO_LIST, PriceBook
from ledger.price_rows import PriceRow
from ledger.reference import Reference
from ledger.usage_fact_columns import GPU_HOURS, TOKENS, USAGE_FACTS
from ledger.usage_facts import usage_facts
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
BOOK = PriceBook(
    tuple(
        PriceRow.model_validate(
            {
                "provider": "openai",
                "model": "gpt-5",
                "token_class": name,
                "unit": "1M",
                "price": price,
                "currency": "USD",
            }
        )
        for name, price in (("input", "1.25"), ("cache_read", "0.125"), ("output", "10"))
    ),
    NO_LIST,
)
SHARED = AllocationRule.model_validate(
    {
        "name": "shared",
        "shares": [{"team": "ads", "share": "0.3"}, {"team": "search", "share": "0.7"}],
    }
)
RULES = Reference(
    allocation=(SHARED,),
    prices=BOOK,
    fx=(Rate(currency="EUR", base="USD", rate=Decimal("1.1")),),
)
CALL: Row = {
    "source": "litellm",
    "account": "litellm",
    "provider": "openai",
    "meter": "tokens",
    "cost_origin": "gateway",
    "raw_model": "gpt-5",
    "actor": "a1b2",
    "input_tokens_uncached": 1_000,
    "input_tokens_cache_read": 8_000,
    "output_tokens": 500,
    "requests": 7,
    "failed_requests": 2,
}


def _facts(view: LedgerView, rules: Reference = RULES) -> list[Row]:
    facts = usage_facts(view, rules, currency="USD")
    assert facts.schema == USAGE_FACTS
    cells = cost_cells(view, rules, allocation="current", currency="USD")
    for name in ("effective_cost", "requests"):
        assert exact_sum(facts[name]) == exact_sum(cells[name])
    return facts.to_pylist()


def _total(rows: list[Row], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows if row[name] is not None), Decimal(0))


def test_a_call_is_told_by_class_of_tokens(make_row: MakeRow, make_view: MakeView) -> None:
    row = make_row(DAY, **CALL, effective_cost=Decimal("0.0145"))
    facts = _facts(make_view([row]))
    ads = {fact["token_class"]: fact for fact in facts if fact["team"] == "ads"}
    assert set(ads) == {"input", "cache_read", "output"}
    assert ads["input"]["unit"] == TOKENS
    assert ads["input"]["actor"] == "a1b2"
    by_class = {
        name: sum(fact["effective_cost"] for fact in facts if fact["token_class"] == name)
        for name in ads
    }
    # 0.00125, 0.001 and 0.005 by the book, twice as much on the bill
    assert by_class == {
        "input": Decimal("0.0025"),
        "cache_read": Decimal("0.002"),
        "output": Decimal("0.01"),
    }
    assert _total(facts, "quantity") == 9_500
    assert _total(facts, "requests") == 7
    assert _total(facts, "failed_requests") == 2


def test_usage_without_money_is_priced(make_row: MakeRow, make_view: MakeView) -> None:
    facts = _facts(make_view([make_row(DAY, **CALL)]))
    assert _total(facts, "effective_cost") == Decimal("0.00725")


def test_machines_have_hours_and_what_they_are(make_row: MakeRow, make_view: MakeView) -> None:
    row = make_row(
        DAY,
        effective_cost=Decimal(80),
        instance_type="p5.48xlarge",
        pricing_category="committed",
        gpu_hours=16.0,
        gpu_hours_busy=4.0,
        consumed_quantity=Decimal(2),
        consumed_unit="Hours",
    )
    facts = _facts(make_view([row]))
    told = {(f["unit"], f["item"], f["tier"], f["token_class"]) for f in facts}
    assert told == {(GPU_HOURS, "p5.48xlarge", "committed", "(none)")}
    assert _total(facts, "quantity") == 16
    assert _total(facts, "busy_hours") == 4


def test_other_units_keep_their_name(make_row: MakeRow, make_view: MakeView) -> None:
    row = make_row(
        DAY,
        effective_cost=Decimal(3),
        consumed_quantity=Decimal(100),
        consumed_unit="GB-Months",
        sku_meter="TimedStorage",
    )
    facts = _facts(make_view([row]))
    assert {(f["unit"], f["item"]) for f in facts} == {("GB-Months", "TimedStorage")}


def test_money_keeps_the_currency_it_was_stated_in(make_row: MakeRow, make_view: MakeView) -> None:
    facts = _facts(make_view([make_row(DAY, effective_cost=Decimal(10), currency="EUR")]))
    assert {fact["stated_currency"] for fact in facts} == {"EUR"}
    assert _total(facts, "stated_cost") == 10
    assert _total(facts, "effective_cost") == 11


@pytest.mark.parametrize("total", ["litellm", "focus"])
def test_what_is_measured_twice_counts_once(
    make_row: MakeRow, make_view: MakeView, total: str
) -> None:
    """Whether the invoice scales the gateway's parts or is left out, nothing is used twice."""
    rule = BasisRule(provider="openai", total=total, split="litellm")
    bill = make_row(
        DAY,
        provider="openai",
        raw_model="gpt-5",
        effective_cost=Decimal("0.02"),
        input_tokens_uncached=9_500,
    )
    rows = [make_row(DAY, **CALL, effective_cost=Decimal("0.0145")), bill]
    rules = Reference(allocation=(SHARED,), prices=BOOK, basis=(rule,))
    facts = _facts(make_view(rows), rules)
    assert _total(facts, "effective_cost") == Decimal("0.02" if total == "focus" else "0.0145")
    assert _total(facts, "quantity") == 9_500
    assert _total(facts, "requests") == 7
    assert _total(facts, "failed_requests") == 2


def test_lines_are_sorted_by_series_and_day(make_row: MakeRow, make_view: MakeView) -> None:
    days = (date(2026, 10, 7), date(2026, 10, 5), date(2026, 10, 6))
    rows = [make_row(day, **CALL, effective_cost=Decimal(1)) for day in days]
    facts = _facts(make_view(rows))
    order = [(fact["team"], fact["model"], fact["day"]) for fact in facts]
    assert order == sorted(order)
