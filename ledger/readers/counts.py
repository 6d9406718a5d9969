"""Counts of tokens and requests: whole, not negative, never rounded."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.amounts import parse_amounts
from ledger.readers.fields import Column, Field

__all__ = ["parse_counts"]

_WANTED = "a whole number, not negative"
_LARGEST = 2**63 - 1


def parse_counts(field: Field) -> Column:
    """Whole numbers as int64, null where there is no value.

    "12.0" is twelve: pandas writes a count so when its column has a gap. Raises BadInput for the
    first row that is negative, broken or no number.
    """
    if pa.types.is_floating(field.values.type):
        field = Field(field.file, field.name, parse_amounts(field).values, field.sensitive)
    try:
        counts = pc.cast(field.text(), pa.int64())
    except pa.ArrowInvalid:
        counts = field.map_distinct(_parse, pa.int64(), wanted=_WANTED)
    field.refuse_where(pc.less(counts, pa.scalar(0)), _WANTED)
    return counts


def _parse(text: str) -> int:
    number = Decimal(text)
    if number != number.to_integral_value() or not 0 <= number <= _LARGEST:
        raise ValueError(text)
    return int(number)
