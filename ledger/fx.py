"""Money in one currency, at the rate of the day of use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from ledger.dated import Dated, latest
from ledger.money import EXACT, QUANTUM
from ledger.problems import BadInput
from ledger.schema import MONEY

__all__ = ["Rate", "convert", "in_base"]

_Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
_CONVERTED = ("effective_cost", "billed_cost")


class Rate(Dated):
    """A row of `fx.csv`: one unit of `currency` is `rate` units of `base`."""

    currency: _Code
    base: _Code
    rate: Decimal = Field(gt=0)


def in_base(amount: Decimal, rate: Decimal) -> Decimal:
    """Amount × rate, rounded half to even to the last stored digit."""
    return EXACT.multiply(amount, rate).quantize(QUANTUM, ROUND_HALF_EVEN, context=EXACT)


def convert(
    groups: pa.Table, rates: Sequence[Rate], currency: str, *, rates_on: date | None = None
) -> pa.Table:
    """The groups with all money in `currency`, at the rate of the day of use.

    With `rates_on` everything is converted at the rates of that one day (constant currency), so
    that what is left of a change is no effect of exchange rates.

    Only money needs a rate: a foreign row with null or zero cost passes. Raises BadInput naming
    every currency that has no rate valid on a day with money.
    """
    foreign = pc.not_equal(groups["currency"], pa.scalar(currency))
    if not pc.any(foreign).as_py():
        return groups
    own, other = groups.filter(pc.invert(foreign)), groups.filter(foreign)
    days: Sequence[Any] = other["day"].to_pylist()
    if rates_on is not None:
        days = [rates_on] * len(days)
    found = _rates_of(other, days, [rate for rate in rates if rate.base == currency], currency)
    columns = {name: other[name] for name in other.column_names}
    for name in _CONVERTED:
        columns[name] = pa.chunked_array(
            [
                pa.array(
                    [
                        None if amount is None else in_base(amount, rate)
                        for amount, rate in zip(other[name].to_pylist(), found, strict=True)
                    ],
                    MONEY,
                )
            ]
        )
    columns["currency"] = pa.chunked_array([pa.array([currency] * len(found), pa.string())])
    return pa.concat_tables(
        [own, pa.Table.from_arrays(list(columns.values()), schema=groups.schema)]
    )


def _rates_of(
    other: pa.Table, days: Sequence[date], rates: Sequence[Rate], currency: str
) -> list[Decimal]:
    """Rate of each row; 0 where the row has no money to convert and no rate."""
    cache: dict[tuple[str, date], Decimal | None] = {}
    missing: dict[str, date] = {}
    found = []
    codes, *money = (other[name].to_pylist() for name in ("currency", *_CONVERTED))
    for code, day, *amounts in zip(codes, days, *money, strict=True):
        if (code, day) not in cache:
            row = latest([rate for rate in rates if rate.currency == code], day)
            cache[code, day] = None if row is None else row.rate
        rate = cache[code, day]
        if rate is None and any(amounts):
            missing[code] = min(day, missing.get(code, day))
        found.append(Decimal(0) if rate is None else rate)
    if missing:
        got = ", ".join(f"{code} (from {day})" for code, day in sorted(missing.items()))
        raise BadInput(
            f"a rate to {currency} in fx.csv for every currency", field="currency", got=got
        )
    return found
