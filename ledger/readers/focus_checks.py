"""Bills that are a hundred times too high: cents where the specification wants whole units.

Two figures of a bill say so. ListCost is ListUnitPrice x PricingQuantity (FOCUS, ListCost), and
what is paid is seldom above the list, never a hundred times in nearly every row.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.problems import BadInput
from ledger.readers.amounts import parse_amounts
from ledger.readers.fields import Fields

__all__ = ["CHECKED_COLUMNS", "refuse_cents"]

_PRICE, _QUANTITY, _LIST = "ListUnitPrice", "PricingQuantity", "ListCost"
_PAID = ("EffectiveCost", "BilledCost")
#: Columns that are looked at for this alone.
CHECKED_COLUMNS = frozenset({_PRICE, _QUANTITY})

#: A bill in cents has them in every row, so that its first rows tell.
_ROWS = 1000
#: A ratio of 100 within the rounding of small amounts; its share of the rows that have both.
_NEAR, _SHARE = (95.0, 105.0), 0.9
#: Discounts and rounding leave amounts above the list, but not that far.
_FAR_ABOVE = 50.0
_SMALLEST = 1e-6  # below it an amount is mostly rounding

_Floats = NDArray[np.float64]


def refuse_cents(fields: Fields) -> None:
    """Raise BadInput for a bill whose own figures say that its money is in cents."""
    if _LIST not in fields:
        return
    listed = _numbers(fields, _LIST)
    if _PRICE in fields and _QUANTITY in fields:
        wanted = _numbers(fields, _PRICE) * _numbers(fields, _QUANTITY)
        _refuse(fields, _LIST, listed, wanted, *_NEAR, of=f"{_PRICE} x {_QUANTITY}")
    for name in _PAID:
        _refuse(fields, name, _numbers(fields, name), listed, _FAR_ABOVE, np.inf, of=_LIST)


def _numbers(fields: Fields, name: str) -> _Floats:
    """The first values of a column [rows of the sample], NaN where there is none."""
    field = fields[name]
    sample = field.with_values(field.values.slice(0, _ROWS))
    try:
        amounts = parse_amounts(sample).values
    except BadInput:
        if name in CHECKED_COLUMNS:  # of no use to the ledger, so no reason to refuse the bill
            return np.full(len(sample.values), np.nan)
        raise
    return np.asarray(pc.cast(amounts, pa.float64()).to_numpy(zero_copy_only=False))


def _refuse(
    fields: Fields, name: str, told: _Floats, wanted: _Floats, low: float, high: float, *, of: str
) -> None:
    both = (np.abs(told) > _SMALLEST) & (np.abs(wanted) > _SMALLEST)
    if not both.any():
        return
    ratio = told[both] / wanted[both]
    off = (ratio >= low) & (ratio <= high)
    if off.mean() >= _SHARE:
        row = int(np.flatnonzero(both)[np.argmax(off)])
        times = f"{float(np.median(ratio[off])):,.0f} times"
        raise fields[name].bad(row, f"whole units of the currency: it is {times} {of} (cents?)")
