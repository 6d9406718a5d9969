"""The list of what is missing in the price book."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.price_book import NO_LIST, PriceBook
from ledger.price_rows import PriceRow
from ledger.reference import Reference
from ledger.unpriced import Unpriced, unpriced_usage
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

USAGE: Row = {
    "source": "otel",
    "account": "acme",
    "provider": "openai",
    "cost_origin": "computed",
    "raw_model": "ranker-ft",
}


def test_tokens_without_a_price_are_listed_by_class_over_all_days(
    make_row: MakeRow, make_view: MakeView
) -> None:
    # Between the two days prices of other models change: still one line a class.
    rows = [
        make_row(date(2025, 1, 1), **USAGE, input_tokens_uncached=5),
        make_row(date(2026, 10, 5), **USAGE, input_tokens_uncached=6, output_tokens=4),
    ]
    first, second = unpriced_usage(make_view(rows), Reference())
    assert first == Unpriced(
        source="otel",
        provider="openai",
        model="ranker-ft",
        raw_model="ranker-ft",
        tier="standard",
        token_class="input",  # noqa: S106
        tokens=11,
        first_day=date(2025, 1, 1),
        last_day=date(2026, 10, 5),
        reason="the price list does not know the model",
    )
    assert (second.token_class, second.tokens) == ("output", 4)


def test_what_has_a_price_is_not_listed(make_row: MakeRow, make_view: MakeView) -> None:
    row = PriceRow.model_validate(
        {
            "provider": "*",
            "model": "ranker-*",
            "token_class": "input",
            "unit": "1M",
            "price": "1",
            "currency": "USD",
        }
    )
    rows = [make_row(date(2026, 10, 5), **USAGE, input_tokens_uncached=6, output_tokens=4)]
    (missing,) = unpriced_usage(make_view(rows), Reference(prices=PriceBook((row,), NO_LIST)))
    assert (missing.token_class, missing.reason) == ("output", "no row of prices.csv")


def test_a_gateway_that_said_zero_is_listed_with_what_the_book_says(
    make_row: MakeRow, make_view: MakeView
) -> None:
    gateway = {**USAGE, "source": "litellm", "cost_origin": "gateway", "raw_model": "gpt-5"}
    rows = [
        make_row(day, **gateway, output_tokens=100_000, effective_cost=Decimal(0))
        for day in (date(2025, 9, 1), date(2026, 10, 5))
    ]
    rows.append(make_row(date(2026, 10, 5), **gateway, output_tokens=1, effective_cost=Decimal(1)))
    (entry,) = unpriced_usage(make_view(rows), Reference())
    assert (entry.token_class, entry.tokens, entry.book_cost) == (None, 200_000, Decimal(2))
    assert (entry.first_day, entry.last_day) == (date(2025, 9, 1), date(2026, 10, 5))


def test_a_complete_view_lacks_nothing(make_view: MakeView) -> None:
    assert unpriced_usage(make_view([]), Reference()) == []
