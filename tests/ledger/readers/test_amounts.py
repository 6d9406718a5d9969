"""Amounts are the decimals that were written, to the twelfth digit, or an error with its row."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.problems import BadInput
from ledger.readers.amounts import parse_amounts
from ledger.readers.fields import Field


def field(values: list[Any], kind: pa.DataType | None = None) -> Field:
    return Field("bill.csv", "BilledCost", pa.array(values, kind or pa.string()))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.000000000000000", "1"),
        ("5.2E-9", "0.0000000052"),
        (" -0.00 ", "0"),
        ("+3", "3"),
        (".5", "0.5"),
        ("1e-40", "0"),
        ("12345678901234567890123456.123456789012", "12345678901234567890123456.123456789012"),
    ],
)
def test_text_becomes_its_decimal(text: str, number: str) -> None:
    assert parse_amounts(field([text])).values.to_pylist() == [Decimal(number)]


@given(st.lists(st.decimals(-(10**9), 10**9, places=15), min_size=1, max_size=8))
def test_rounding_is_half_even_at_the_twelfth_digit_and_counted(numbers: list[Decimal]) -> None:
    # Oracle: the standard library, one by one.
    amounts = parse_amounts(field([f"{number:f}" for number in numbers]))
    exact = [
        number.quantize(Decimal("1e-12"), rounding=ROUND_HALF_EVEN, context=Context(prec=60))
        for number in numbers
    ]
    assert amounts.values.to_pylist() == exact
    assert amounts.rounded == sum(a != b for a, b in zip(exact, numbers, strict=True))
    assert bool(amounts.note("BilledCost")) == (amounts.rounded > 0)


@pytest.mark.parametrize(
    "text", ["1,000.00", "abc", "NaN", "Infinity", "1_000", "$5", "--1", "1e27", "0x1", "1 2"]
)
def test_the_first_row_that_is_no_number_is_named(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_amounts(field(["1", None, text, "also bad"]))
    assert (caught.value.file, caught.value.row, caught.value.field) == (
        "bill.csv",
        3,
        "BilledCost",
    )
    assert caught.value.got == text


def test_floats_of_parquet_are_what_their_writer_meant() -> None:
    values = parse_amounts(field([0.1, 1e-5, None, float("nan"), 1.5e20], pa.float64())).values
    assert values.to_pylist() == [
        Decimal("0.1"),
        Decimal("0.00001"),
        None,
        None,
        Decimal(15 * 10**19),
    ]
    with pytest.raises(BadInput, match="row 1"):
        parse_amounts(field([float("inf")], pa.float64()))


def test_decimals_and_integers_of_parquet_stay_exact() -> None:
    wide = pa.array([Decimal("0.1234567890125")], pa.decimal128(20, 13))
    amounts = parse_amounts(Field("t.parquet", "y", wide))
    assert amounts.values.to_pylist() == [Decimal("0.123456789012")]
    assert amounts.rounded == 1
    assert parse_amounts(field([7], pa.int64())).values.to_pylist() == [Decimal(7)]
