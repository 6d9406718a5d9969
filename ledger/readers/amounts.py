"""Decimal text to exact decimals; a float is never made of an amount."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.money import EXACT, QUANTUM
from ledger.readers.encoded import is_encoded
from ledger.readers.fields import Column, Field
from ledger.schema import MONEY, MONEY_SCALE

__all__ = ["Amounts", "parse_amounts"]

# FOCUS, "numeric format": decimal point, no thousands separators, E notation allowed.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WANTED = "a decimal number such as 1234.56"
# Room for the 17 significant digits of a double down to 1e-21, and for all stored amounts.
_WIDE = pa.decimal256(76, 38)
#: Largest amount that decimal128(38, 12) holds.
_LIMIT = Decimal(10) ** (38 - MONEY_SCALE)


@dataclass(frozen=True)
class Amounts:
    """Amounts as decimal128(38, 12) and how many of them had more digits and were rounded."""

    values: Column
    rounded: int

    def note(self, name: str) -> tuple[str, ...]:
        """Sentence for the ingest report, or none."""
        if not self.rounded:
            return ()
        return (
            f"{self.rounded:,} values of {name} have more than {MONEY_SCALE} digits behind the "
            f"point and were rounded half to even",
        )


def parse_amounts(field: Field) -> Amounts:
    """Exact decimals of a column.

    Accepts text (E notation too), integers and decimals of any scale; of a float column its
    shortest decimal text, which is what its writer meant, with NaN as null. Digits beyond the
    twelfth behind the point, as double columns of databases have them, are rounded half to even
    and counted. Raises BadInput for the first row that is no number.
    """
    exact = _as_they_are(field.values)
    if exact is not None:
        return exact
    if pa.types.is_floating(field.values.type):
        field = _without_nan(field)
    text = field.text()
    try:
        return Amounts(pc.cast(text, MONEY), 0)
    except pa.ArrowInvalid:  # more digits than stored, or no number
        pass
    try:
        return _rounded(pc.cast(text, _WIDE))
    except pa.ArrowInvalid:  # still more digits, or no number: one by one, once each
        return _one_by_one(field)


def _as_they_are(values: Column) -> Amounts | None:
    """What can be taken without a look at single values: the usual case, and much the fastest."""
    kind = values.type
    try:
        if is_encoded(values) and pa.types.is_string(kind.value_type):
            distinct: Column = pc.cast(values.dictionary, MONEY)
            return Amounts(pc.take(distinct, values.indices), 0)
        if pa.types.is_decimal(kind) or pa.types.is_string(kind):
            return Amounts(pc.cast(values, MONEY), 0)
    except pa.ArrowInvalid:  # blanks, more digits than stored, or no number
        pass
    return None


def _without_nan(field: Field) -> Field:
    missing = pc.is_nan(field.values)
    values = pc.if_else(missing, pa.scalar(None, field.values.type), field.values)
    return field.with_values(values)


def _rounded(wide: Column) -> Amounts:
    values: Column = pc.round(wide, ndigits=MONEY_SCALE, round_mode="half_to_even")
    finer: Column = pc.not_equal(values, wide)
    return Amounts(pc.cast(values, MONEY), pc.sum(finer).as_py() or 0)


def _one_by_one(field: Field) -> Amounts:
    values = field.map_distinct(_parse, MONEY, wanted=_WANTED)
    finer = field.map_distinct(_is_finer, pa.bool_(), wanted=_WANTED)
    return Amounts(values, pc.sum(finer).as_py() or 0)


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _parse(text: str) -> Decimal:
    number = _decimal(text)
    if abs(number) >= _LIMIT:
        raise ValueError(text)
    return number.quantize(QUANTUM, rounding=ROUND_HALF_EVEN, context=EXACT)


def _is_finer(text: str) -> bool:
    return _parse(text) != _decimal(text)
