"""Tiny whole numbers make exact money."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from costcast.world.prices import GPU_PRICES, STORAGE_PRICE, contracted, decimal_text, usd


@given(st.integers(-(10**20), 10**20), st.sampled_from([0, 2, 6, 12]))
def test_text_is_the_exact_number_in_plain_digits(number: int, digits: int) -> None:
    text = decimal_text(number, digits)
    assert Decimal(text) == Decimal(number).scaleb(-digits)
    assert "E" not in text
    assert not ("." in text and text.endswith("0"))


def test_a_pico_dollar_is_the_last_stored_digit() -> None:
    assert usd(1) == Decimal("0.000000000001")


def test_contract_prices_lose_no_digit() -> None:
    prices = [step.list_price for steps in GPU_PRICES.values() for step in steps]
    for price in [*prices, STORAGE_PRICE]:
        assert contracted(price) * 100 == price * 94
