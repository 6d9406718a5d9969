"""Decimal arithmetic of columns, against Python's Decimal."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.problems import BadInput
from ledger.readers.exact import added, multiplied, whole_units
from ledger.readers.fields import Column, Field
from ledger.schema import MONEY

EXACT = Context(prec=80)
amounts = st.decimals(-(10**9), 10**9, places=12)


def column(*values: Decimal | None) -> Column:
    return pa.array(values, MONEY)


@given(amounts, amounts)
def test_sums_and_products(one: Decimal, other: Decimal) -> None:
    assert added(column(one, one), column(other, None)).to_pylist() == [one + other, None]
    exact = EXACT.multiply(one, other)
    rounded = exact.quantize(Decimal(1).scaleb(-12), ROUND_HALF_EVEN, context=EXACT)
    price = Field("bill.csv", "UnitPrice", column(other))
    assert multiplied(column(one), price).to_pylist() == [rounded]


@given(st.decimals(0, 10**6, places=12), st.sampled_from([1, 1000, 1_000_000]))
def test_whole_units(quantity: Decimal, factor: int) -> None:
    field = Field("bill.csv", "Quantity", column(quantity))
    counts, rounded = whole_units(field.values, pa.array([factor], pa.int64()), field)
    exact = EXACT.multiply(quantity, Decimal(factor))
    assert counts.to_pylist() == [int(exact.to_integral_value(ROUND_HALF_EVEN))]
    assert rounded == (exact != exact.to_integral_value())


def test_what_does_not_fit_is_bad_input() -> None:
    big = column(Decimal(10) ** 20)
    with pytest.raises(BadInput, match="UnitPrice"):
        multiplied(big, Field("bill.csv", "UnitPrice", big))
    with pytest.raises(BadInput, match="Quantity"):
        whole_units(big, pa.array([1], pa.int64()), Field("bill.csv", "Quantity", big))
