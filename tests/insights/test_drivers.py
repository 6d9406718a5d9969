"""Parts of a change of cost sum to it exactly, and each means what its name says."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.drivers import Decomposition, decompose

Row = dict[str, Any]


def row(
    cost: str,
    quantity: int | None = None,
    requests: int | None = None,
    kind: str = "input",
    **changes: Any,  # noqa: ANN401
) -> Row:
    """A line of usage facts."""
    plain: Row = {
        "provider": "openai",
        "model": "gpt-5",
        "item": "tokens",
        "tier": "standard",
        "unit": "tokens",
        "stated_currency": "USD",
        "token_class": kind,
        "is_correction": False,
        "quantity": None if quantity is None else Decimal(quantity),
        "effective_cost": Decimal(cost),
        "requests": requests,
    }
    return plain | changes


def parts(found: Decomposition) -> dict[str, float]:
    return {name: float(amount) for name, amount in found.parts.items()}


_MONEY = st.decimals(-(10**6), 10**6, places=12)
_ROWS = st.lists(
    st.builds(
        row,
        cost=_MONEY.map(str),
        quantity=st.none() | st.integers(-5, 10**9),
        requests=st.none() | st.integers(0, 10**6),
        kind=st.sampled_from(["input", "cache_read", "output", "(none)"]),
        model=st.sampled_from(["gpt-5", "gpt-5-mini", "claude"]),
        tier=st.sampled_from(["standard", "batch"]),
        unit=st.sampled_from(["tokens", "GPU-hours", "(none)"]),
        stated_currency=st.sampled_from(["USD", "EUR"]),
        stated_cost=st.none() | _MONEY,
        is_correction=st.sampled_from([False, False, False, True]),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(
    before=_ROWS,
    after=_ROWS,
    expected=st.none() | st.decimals(-(10**6), 10**6, places=2),
    days=st.none() | st.fractions(Fraction(1, 31), Fraction(31), max_denominator=31),
)
def test_parts_sum_to_the_change_of_any_ledger(
    before: list[Row], after: list[Row], expected: Decimal | None, days: Fraction | None
) -> None:
    found = decompose(before, after, expected=expected, days=days)
    spent = [sum((line["effective_cost"] for line in side), Decimal(0)) for side in (before, after)]
    start = spent[0] if expected is None else expected
    assert found.before == start
    assert found.after == spent[1]
    assert sum(found.parts.values(), Decimal(0)) == spent[1] - start


def test_price_volume_and_mix_are_those_of_the_textbook() -> None:
    """Sales of A and B: 100 x 2 and 50 x 4, then 120 x 1.80 and 80 x 4."""
    before = [row("200", 100, model="A"), row("200", 50, model="B")]
    after = [row("216", 120, model="A"), row("320", 80, model="B")]
    found = decompose(before, after)
    assert found.change == 136
    assert parts(found) == pytest.approx({"volume": 400 / 3, "mix": 80 / 3, "price": -24})


@settings(max_examples=50, deadline=None)
@given(
    quantities=st.lists(st.integers(1, 10**9), min_size=1, max_size=4),
    old=st.integers(1, 10**6),
    new=st.integers(1, 10**6),
)
def test_a_pure_price_change_is_all_price(quantities: list[int], old: int, new: int) -> None:
    before, after = (
        [
            row(str(count * price), count, 7, kind=f"class {at}")
            for at, count in enumerate(quantities)
        ]
        for price in (old, new)
    )
    found = decompose(before, after)
    assert set(found.parts) <= {"price"}
    assert found.parts.get("price", Decimal(0)) == (new - old) * sum(quantities)


def test_twice_the_requests_are_all_volume() -> None:
    before = [row("10", 1000, 10), row("30", 500, kind="output")]
    after = [row("20", 2000, 20), row("60", 1000, kind="output")]
    assert parts(decompose(before, after)) == {"volume": 40}


def test_longer_prompts_are_intensity_and_what_their_class_costs() -> None:
    """The same requests with 100 tokens of 0.01 more each, beside 50 of output at 0.04."""
    before = [row("10", 1000, 10), row("20", 500, kind="output")]
    after = [row("20", 2000, 10), row("20", 500, kind="output")]
    found = decompose(before, after)
    assert set(found.parts) == {"intensity", "token_class"}
    assert found.parts["intensity"] == 20  # 1,000 tokens more at the mean price of 0.02
    assert found.parts["token_class"] == -10  # but they were of the cheap class


def test_a_lost_cache_is_a_matter_of_classes() -> None:
    """The same tokens, all at the full price."""
    before = [row("1", 100, 10), row("9", 900, kind="output")]
    cached = [row("0.9", 900, 10, kind="cache_read"), row("1", 100)]
    lost = [row("10", 1000, 10)]
    assert parts(decompose(cached, lost)) == pytest.approx({"token_class": 8.1})
    assert parts(decompose(before, before)) == {}


def test_a_class_that_was_not_there_before_is_no_price() -> None:
    found = decompose([row("10", 1000, 10)], [row("8", 800, 10), row("5", 200, kind="x")])
    assert set(found.parts) == {"token_class"}


def test_the_same_tokens_at_half_the_price_of_a_batch_are_a_matter_of_tiers() -> None:
    before = [row("10", 1000, 10), row("1", 200, 2, tier="batch")]
    after = [row("5", 500, 5), row("3.5", 700, 7, tier="batch")]
    assert parts(decompose(before, after)) == {"tier": -2.5}
    first_batch = [row("5", 500, 5), row("2.5", 500, 5, tier="batch")]
    assert parts(decompose([row("10", 1000, 10)], first_batch)) == {"tier": -2.5}


def test_what_comes_and_goes_is_told_apart() -> None:
    before = [row("10", 1000, 10, model="old"), row("5", 100, 1, model="stays")]
    after = [row("7", 900, 9, model="new"), row("5", 100, 1, model="stays")]
    assert parts(decompose(before, after)) == {"new": 7, "retired": -10}


def test_exchange_rates_are_no_price() -> None:
    euro: Row = {"stated_currency": "EUR"}
    before = [row("110", 1000, stated_cost=Decimal(100), **euro)]
    after = [row("144", 1000, stated_cost=Decimal(120), **euro)]
    found = parts(decompose(before, after))
    assert found == pytest.approx({"price": 22, "fx": 12})  # 20 EUR at 1.10; 120 EUR at 0.10 more


def test_a_correction_and_money_without_quantity_are_told_apart() -> None:
    after = [row("10", 100), row("-3", 30, is_correction=True), row("4", unit="(none)")]
    found = parts(decompose([row("10", 100)], after))
    assert found == {"correction": -3, "unmeasured": 4}


def test_a_longer_month_is_a_matter_of_days() -> None:
    found = decompose([row("28", 28)], [row("31", 31)], days=Fraction(31, 28))
    assert parts(found) == {"days": 3}


def test_what_was_expected_has_the_shape_of_before() -> None:
    found = decompose([row("10", 100, 10)], [row("60", 600, 60)], expected=Decimal(20))
    assert found.before == 20
    assert parts(found) == {"volume": 40}
    assert found.share("volume") == 1.0


def test_machines_and_tokens_are_not_added_up() -> None:
    """Volume of each unit is its own: ten times the tokens say nothing of the hours."""
    hours = row("100", 50, unit="GPU-hours", model="(none)")
    found = decompose([row("1", 100, 1), hours], [row("10", 1000, 10), hours])
    assert parts(found) == {"volume": 9}
