"""Sums and products of decimals without a detour through floats."""

from __future__ import annotations

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from ledger.problems import BadInput
from ledger.readers.fields import Column, Field
from ledger.readers.masks import how_many
from ledger.schema import MONEY, MONEY_SCALE

__all__ = ["added", "multiplied", "whole_units"]

# Together as wide as decimal256 allows for a product: 37 + 38 + 1 = 76 digits.
_LEFT, _RIGHT = pa.decimal256(37, MONEY_SCALE), pa.decimal256(38, MONEY_SCALE)
_SUM = pa.decimal256(60, MONEY_SCALE)
_FACTOR = pa.decimal256(20, 0)


def added(*columns: Column) -> Column:
    """Sum of money columns, row by row; null where one of them is null."""
    wide: Column = reduce(pc.add, (pc.cast(column, _SUM) for column in columns))
    return pc.cast(wide, MONEY)


def multiplied(amounts: Column, prices: Field) -> Column:
    """Amounts times the prices of a field, rounded half to even to what the ledger stores.

    Raises BadInput where a product has more digits than that.
    """
    try:
        product = pc.multiply(pc.cast(amounts, _LEFT), pc.cast(prices.values, _RIGHT))
        rounded = pc.round(product, ndigits=MONEY_SCALE, round_mode="half_to_even")
        return pc.cast(rounded, MONEY)
    except pa.ArrowInvalid as error:
        raise BadInput(
            "a price and a quantity whose product is an amount of money",
            file=prices.file,
            field=prices.name,
            got="a product of too many digits",
        ) from error


def whole_units(quantities: Column, factors: Column, field: Field) -> tuple[Column, int]:
    """Quantities times whole factors as int64, and how many of them had to be rounded.

    Providers bill tokens in thousands or millions with a limited number of digits: 0.0005 thousand
    tokens is half a token, which is rounded half to even. Raises BadInput, naming the row of
    `field`, where the result is negative.
    """
    try:
        exact = pc.multiply(pc.cast(quantities, _LEFT), pc.cast(factors, _FACTOR))
        rounded = pc.round(exact, ndigits=0, round_mode="half_to_even")
        counts: Column = pc.cast(rounded, pa.int64())
    except pa.ArrowInvalid as error:
        raise BadInput(
            "a quantity that is a count", file=field.file, field=field.name, got="too large a one"
        ) from error
    field.refuse_where(pc.less(counts, pa.scalar(0)), "a quantity that is not negative")
    return counts, how_many(pc.not_equal(rounded, exact))
