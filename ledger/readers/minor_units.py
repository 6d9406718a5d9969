"""Money in hundredths of its currency."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from ledger.readers.amounts import Amounts, parse_amounts
from ledger.readers.fields import Field

__all__ = ["parse_hundredths"]

_WANTED = "a decimal number of cents such as 123.45"


def parse_hundredths(field: Field) -> Amounts:
    """Amounts in whole currency units of a column in cents, exact: "123.45" cents are 1.2345.

    Raises BadInput for the first row that is no decimal number.
    """
    parse_amounts(field)  # refuses what is no amount before it is scaled
    values = field.map_distinct(_shifted, pa.string(), wanted=_WANTED)
    return parse_amounts(field.with_values(values))


def _shifted(text: str) -> str:
    """The text with its point moved, digit for digit: no context rounds a written exponent."""
    sign, digits, exponent = Decimal(text).as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(text)
    return str(Decimal((sign, digits, exponent - 2)))
