"""One amount over several classes of tokens: by the price book, and no digit lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.class_costs import CLASS_COSTS, class_costs, split_over_classes
from ledger.groups import exact_sum
from ledger.price_book import NO_LIST, PriceBook
from ledger.price_rows import PriceRow
from ledger.reference import Reference
from ledger.token_classes import TOKEN_CLASSES, TokenClass
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
PRICES: dict[TokenClass, Decimal] = {
    "input": Decimal("0.00000125"),
    "cache_read": Decimal("0.000000125"),
    "output": Decimal("0.00001"),
}
GATEWAY: Row = {
    "source": "litellm",
    "account": "litellm",
    "provider": "openai",
    "cost_origin": "gateway",
    "raw_model": "gpt-5",
}
TOKENS: Row = {
    "input_tokens_uncached": 1_000,
    "input_tokens_cache_read": 2_000,
    "output_tokens": 500,
}

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=12, allow_nan=False)


@given(
    amount=amounts,
    tokens=st.dictionaries(st.sampled_from(list(PRICES)), st.integers(0, 10**12), min_size=1),
)
def test_the_parts_are_the_whole_and_in_proportion(
    amount: Decimal, tokens: dict[TokenClass, int]
) -> None:
    parts = split_over_classes(amount, tokens, PRICES)
    used = [name for name, count in tokens.items() if count]
    if not used:
        assert parts is None
        return
    assert parts is not None
    assert set(parts) == set(used)
    assert sum(parts.values()) == amount
    weights = {name: tokens[name] * PRICES[name] for name in used}
    for name, part in parts.items():
        share = weights[name] / sum(weights.values())
        assert float(part) == pytest.approx(float(amount * share), abs=2e-12, rel=1e-9)


@pytest.mark.parametrize(
    ("tokens", "prices"),
    [
        ({"input": 5, "reasoning": 1}, PRICES),
        ({"input": 5, "output": 5}, {"input": Decimal(0), "output": Decimal(0)}),
        ({}, PRICES),
    ],
)
def test_where_nothing_tells_the_parts_there_are_none(
    tokens: dict[TokenClass, int], prices: dict[TokenClass, Decimal]
) -> None:
    assert split_over_classes(Decimal(1), tokens, prices) is None


def test_one_class_takes_all_without_a_price() -> None:
    assert split_over_classes(Decimal(1), {"reasoning": 3}, {}) == {"reasoning": Decimal(1)}


def _by_class(table: Any) -> dict[str, tuple[int | None, Decimal | None, str]]:  # noqa: ANN401
    return {
        row["token_class"]: (row["tokens"], row["effective_cost"], row["cost_origin"])
        for row in table.to_pylist()
    }


def test_money_of_a_gateway_is_split_by_the_book(make_row: MakeRow, make_view: MakeView) -> None:
    # By the book 0.00125 + 0.00025 + 0.005 = 0.0065; the gateway said twice as much.
    row = make_row(DAY, **GATEWAY, **TOKENS, effective_cost=Decimal("0.013"))
    table = class_costs(make_view([row]), Reference())
    assert table.schema.equals(CLASS_COSTS)
    assert _by_class(table) == {
        "input": (1_000, Decimal("0.0025"), "computed"),
        "cache_read": (2_000, Decimal("0.0005"), "computed"),
        "output": (500, Decimal("0.01"), "computed"),
    }


def test_what_cannot_be_split_stays_whole(make_row: MakeRow, make_view: MakeView) -> None:
    row = make_row(DAY, **{**GATEWAY, "raw_model": "own"}, **TOKENS, effective_cost=Decimal(3))
    assert _by_class(class_costs(make_view([row]), Reference())) == {
        "(none)": (None, Decimal(3), "gateway"),
        "input": (1_000, None, "gateway"),
        "cache_read": (2_000, None, "gateway"),
        "output": (500, None, "gateway"),
    }


def test_computed_money_is_of_the_classes_with_a_price(
    make_row: MakeRow, make_view: MakeView
) -> None:
    price = PriceRow.model_validate(
        {
            "provider": "openai",
            "model": "*",
            "token_class": "input",
            "unit": "1K",
            "price": "2",
            "currency": "USD",
        }
    )
    row = make_row(DAY, **{**GATEWAY, "cost_origin": "computed"}, **TOKENS)
    table = class_costs(make_view([row]), Reference(prices=PriceBook((price,), NO_LIST)))
    assert _by_class(table) == {
        "input": (1_000, Decimal(2), "computed"),
        "cache_read": (2_000, None, "computed"),
        "output": (500, None, "computed"),
    }


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["gpt-5", "own", None]),
            st.one_of(st.none(), amounts),
            st.dictionaries(st.sampled_from(list(TOKENS)), st.integers(0, 10**9)),
        ),
        max_size=6,
    )
)
def test_classes_hold_all_money_and_all_tokens(
    make_row: MakeRow, make_view: MakeView, rows: list[tuple[str | None, Decimal | None, Row]]
) -> None:
    view = make_view(
        [
            make_row(DAY, **{**GATEWAY, "raw_model": model}, **tokens, effective_cost=amount)
            for model, amount, tokens in rows
        ]
    )
    table = class_costs(view, Reference(prices=PriceBook((), NO_LIST)))
    assert exact_sum(table["effective_cost"]) == exact_sum(view.rows["effective_cost"])
    assert exact_sum(table["tokens"]) == sum(sum(tokens.values()) for *_, tokens in rows)
    assert set(table["token_class"].to_pylist()) <= {*TOKEN_CLASSES, "(none)"}
