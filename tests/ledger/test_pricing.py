"""Usage times price: exact, dated, a floor where a price is missing, never counted twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.aliases import models_of_rows
from ledger.basis import BasisRule
from ledger.costs import cost_cells
from ledger.excluded import left_out
from ledger.groups import exact_sum
from ledger.panels import build_panel
from ledger.price_book import NO_LIST, PriceBook
from ledger.price_rows import PriceRow
from ledger.pricing import price_rows, price_tokens
from ledger.problems import BadInput
from ledger.reference import Reference, load_reference
from ledger.token_classes import TOKEN_CLASSES, class_counts
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
USAGE: Row = {
    "source": "openai_usage",
    "account": "acme",
    "provider": "openai",
    "meter": "tokens",
    "cost_origin": "computed",
    "raw_model": "gpt-5-2025-08-07",
    "service_tier": "standard",
}
TOKENS: Row = {
    "input_tokens_uncached": 1_000,
    "input_tokens_cache_read": 2_000,
    "output_tokens": 500,
    "reasoning_tokens": 300,
}
#: gpt-5: 1.25, 0.125 and 10 USD per million.
GPT_5 = Decimal("0.0065")


def _price(token_class: str, price: str, **values: str) -> PriceRow:
    plain = {"provider": "openai", "model": "*", "unit": "1M", "currency": "USD"}
    return PriceRow.model_validate(plain | {"token_class": token_class, "price": price} | values)


def _cells(view: LedgerView, reference: Reference | None = None, currency: str = "USD") -> Any:  # noqa: ANN401
    return cost_cells(view, reference or Reference(), allocation="current", currency=currency)


def test_usage_without_money_costs_tokens_times_price(
    make_row: MakeRow, make_view: MakeView
) -> None:
    (cell,) = _cells(make_view([make_row(DAY, **USAGE, **TOKENS, requests=3)])).to_pylist()
    assert cell["effective_cost"] == GPT_5
    assert cell["billed_cost"] is None
    assert (cell["cost_origin"], cell["is_unpriced"], cell["currency"]) == (
        "computed",
        False,
        "USD",
    )
    assert (cell["total_tokens"], cell["requests"]) == (3_500, 3)


def test_money_that_a_source_states_stays(make_row: MakeRow, make_view: MakeView) -> None:
    stated = {**USAGE, "source": "litellm", "cost_origin": "gateway", "effective_cost": Decimal(9)}
    (cell,) = _cells(make_view([make_row(DAY, **stated, **TOKENS)])).to_pylist()
    assert (cell["effective_cost"], cell["cost_origin"]) == (Decimal(9), "gateway")


def test_no_tokens_cost_nothing_and_no_statement_is_no_zero(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [make_row(DAY, **USAGE, output_tokens=0), make_row(DAY, **USAGE, requests=1)]
    priced = price_rows(make_view(rows).rows, models_of_rows(make_view(rows).rows, ()), PriceBook())
    assert priced.rows["effective_cost"].to_pylist() == [Decimal(0), None]
    assert priced.is_unpriced.tolist() == [False, False]


@pytest.mark.parametrize(
    ("values", "cost"),
    [
        ({"raw_model": "ranker-ft"}, None),
        ({"provider": "nobody"}, None),
        ({"service_tier": "scale"}, None),
        ({"service_tier": "provisioned"}, None),
    ],
)
def test_usage_without_a_price_is_unpriced_and_never_zero(
    make_row: MakeRow, make_view: MakeView, values: Row, cost: None
) -> None:
    (cell,) = _cells(make_view([make_row(DAY, **{**USAGE, **values}, **TOKENS)])).to_pylist()
    assert cell["effective_cost"] is cost
    assert cell["is_unpriced"]


def test_where_some_classes_have_a_price_their_money_is_a_floor(
    make_row: MakeRow, make_view: MakeView
) -> None:
    book = PriceBook((_price("input", "2"),), NO_LIST)
    (cell,) = _cells(
        make_view([make_row(DAY, **USAGE, **TOKENS)]), Reference(prices=book)
    ).to_pylist()
    assert cell["effective_cost"] == Decimal("0.002")
    assert cell["is_unpriced"]


def test_a_free_model_costs_zero_and_is_priced(make_row: MakeRow, make_view: MakeView) -> None:
    book = PriceBook((_price("output", "0"),), NO_LIST)
    rows = [make_row(DAY, **USAGE, output_tokens=7)]
    (cell,) = _cells(make_view(rows), Reference(prices=book)).to_pylist()
    assert (cell["effective_cost"], cell["is_unpriced"]) == (Decimal(0), False)


@pytest.mark.parametrize(
    ("tier", "context", "cost"),
    [(None, None, "1"), ("batch", None, "0.5"), ("priority", "long", "4"), ("flex", "long", "4")],
)
def test_tier_and_context_have_prices_of_their_own(
    make_row: MakeRow, make_view: MakeView, tier: str | None, context: str | None, cost: str
) -> None:
    rows = (
        _price("input", "1"),
        _price("input", "0.5", tier="batch"),
        _price("input", "4", tier="*", context="long"),
    )
    row = make_row(
        DAY,
        **{**USAGE, "service_tier": tier, "context_tier": context},
        input_tokens_uncached=10**6,
    )
    cells = _cells(make_view([row]), Reference(prices=PriceBook(rows, NO_LIST)))
    assert cells["effective_cost"].to_pylist() == [Decimal(cost)]


def test_a_price_holds_from_its_day_on(make_row: MakeRow, make_view: MakeView) -> None:
    rows = (
        _price("input", "4", valid_to="2026-10-01"),
        _price("input", "3", valid_from="2026-10-01"),
    )
    days = [date(2026, 9, 30), date(2026, 10, 1)]
    view = make_view([make_row(day, **USAGE, input_tokens_uncached=10**6) for day in days])
    cells = _cells(view, Reference(prices=PriceBook(rows, NO_LIST)))
    assert cells["effective_cost"].to_pylist() == [Decimal(4), Decimal(3)]


def test_computed_money_is_converted_like_any_other(make_row: MakeRow, make_view: MakeView) -> None:
    book = PriceBook((_price("input", "4", currency="EUR"),), NO_LIST)
    view = make_view([make_row(DAY, **USAGE, input_tokens_uncached=10**6)])
    assert _cells(view, Reference(prices=book), "EUR")["effective_cost"].to_pylist() == [Decimal(4)]
    with pytest.raises(BadInput, match="EUR"):
        _cells(view, Reference(prices=book), "USD")


COSTS: Row = {"source": "openai_costs", "account": "acme", "provider": "openai"}


def test_usage_times_price_is_never_added_to_a_bill_in_silence(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [make_row(DAY, **USAGE, **TOKENS), make_row(DAY, **COSTS, effective_cost=Decimal(1))]
    with pytest.raises(BadInput, match=r'total = "openai_costs", split = "openai_usage"') as error:
        _cells(make_view(rows))
    assert "openai_usage and openai_costs" in str(error.value)


def test_the_bill_is_scaled_over_the_usage(make_row: MakeRow, make_view: MakeView) -> None:
    rule = BasisRule(provider="openai", total="openai_costs", split="openai_usage", per="provider")
    rows = [
        make_row(DAY, **USAGE, **TOKENS),
        make_row(DAY, **{**USAGE, "raw_model": "gpt-5-mini"}, output_tokens=1_000),
        make_row(DAY, **COSTS, effective_cost=Decimal(1), billed_cost=Decimal(1)),
    ]
    view = make_view(rows)
    cells = _cells(view, Reference(basis=(rule,)))
    assert exact_sum(cells["effective_cost"]) == 1
    sums = {
        row["model"]: row["effective_cost_sum"]
        for row in cells.group_by("model").aggregate([("effective_cost", "sum")]).to_pylist()
    }
    # 0.0065 and 0.002 (2 USD per million of output) of usage times price share the bill.
    assert sums["gpt-5-2025-08-07"] == Decimal("0.764705882353")
    assert set(cells["cost_origin"].to_pylist()) == {"computed", "billed"}
    (excluded,) = left_out(cells, "effective_cost")
    assert excluded.amount == GPT_5 + Decimal("0.002")
    panel, parts = build_panel(cells, view, dimensions=("model",))
    assert panel.value[:, panel.periods == DAY].sum() == pytest.approx(1.0)
    assert sum(part.amount for part in parts) == excluded.amount


def test_usage_alone_stands_where_no_bill_speaks_yet(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = [
        make_row(date(2026, 10, 6), **USAGE, **TOKENS),
        make_row(DAY, **COSTS, effective_cost=Decimal(1)),
    ]
    assert exact_sum(_cells(make_view(rows))["effective_cost"]) == 1 + GPT_5


counts = st.integers(min_value=0, max_value=10**12)
prices = st.decimals(min_value=0, max_value=900, places=6, allow_nan=False, allow_infinity=False)


@settings(max_examples=60, deadline=None)
@given(
    tokens=st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), *[counts] * 5, counts), min_size=1, max_size=6
    ),
    book=st.dictionaries(
        st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(TOKEN_CLASSES)), prices
    ),
)
def test_it_equals_a_slow_sum(
    make_row: MakeRow, make_view: MakeView, tokens: list[tuple[Any, ...]], book: dict[Any, Decimal]
) -> None:
    columns = (*(name for name in TOKENS if name != "reasoning_tokens"),)
    columns = (*columns, "input_tokens_cache_write_5m", "input_tokens_cache_write_1h")
    data = [
        make_row(
            DAY,
            **{**USAGE, "raw_model": model},
            **dict(zip(columns, values, strict=True)),
            reasoning_tokens=min(reasoning, values[2]),
        )
        for model, *values, reasoning in tokens
    ]
    rows = make_view(data).rows
    stated = tuple(_price(name, str(price), model=model) for (model, name), price in book.items())
    priced = price_tokens(rows, models_of_rows(rows, ()), PriceBook(stated, NO_LIST))
    own = {name: counted.tolist() for name, counted in class_counts(rows).items()}
    for number, (model, *_) in enumerate(tokens):
        known = {name: book[model, name] for name in TOKEN_CLASSES if (model, name) in book}
        if "output" in known:
            known.setdefault("reasoning", known["output"])
        wanted = sum(
            (own[name][number] * price / 10**6 for name, price in known.items()), Decimal(0)
        )
        lacking = sum(own[name][number] for name in TOKEN_CLASSES if name not in known)
        total = sum(own[name][number] for name in TOKEN_CLASSES)
        assert priced.unpriced[number] == lacking
        assert priced.amount[number].as_py() == (None if 0 < lacking == total else wanted)
    assert sum(sum(counted) for counted in own.values()) == sum(sum(row[1:6]) for row in tokens)


def test_a_price_known_later_leaves_an_earlier_view_unchanged(
    make_row: MakeRow,
    make_view: MakeView,
    tmp_path: Any,  # noqa: ANN401
) -> None:
    header = "provider,model,token_class,unit,price,currency,valid_from,known_at\n"
    view = make_view([make_row(DAY, **USAGE, **TOKENS)])
    early = datetime(2026, 10, 20, tzinfo=UTC)
    (tmp_path / "prices.csv").write_text(header)
    before = _cells(view, load_reference(tmp_path, known_at=early))
    cut = header + "openai,gpt-5*,output,1M,1,USD,2026-01-01,2026-10-21\n"
    (tmp_path / "prices.csv").write_text(cut)
    assert _cells(view, load_reference(tmp_path, known_at=early)).equals(before)
    later = load_reference(tmp_path, known_at=datetime(2026, 10, 22, tzinfo=UTC))
    assert exact_sum(_cells(view, later)["effective_cost"]) == Decimal("0.002")


def test_a_hundred_thousand_rows_are_priced_in_a_second(
    make_row: MakeRow, make_view: MakeView
) -> None:
    days = [date(2026, 6 + number % 4, 1 + number % 28) for number in range(100)]
    rows = make_view([make_row(day, **USAGE, **TOKENS) for day in days]).rows
    many = rows.take([number % 100 for number in range(100_000)])
    models = models_of_rows(many, ())
    price_tokens(rows, models_of_rows(rows, ()), PriceBook())  # the list is read once
    start = time.perf_counter()
    priced = price_rows(many, models, PriceBook())
    assert time.perf_counter() - start < 1.0
    assert exact_sum(priced.rows["effective_cost"]) == 100_000 * GPT_5
