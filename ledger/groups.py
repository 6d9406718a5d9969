"""Sums of measures over equal keys, exact: the arithmetic under cost cells and panels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.code_sums import code_sums
from ledger.keys import keys_of
from ledger.money import EXACT

__all__ = ["COUNTS", "MEASURES", "MONEY_COLUMNS", "exact_sum", "sum_by", "texts"]

#: Money of a cell.
MONEY_COLUMNS = ("effective_cost", "billed_cost", "unexplained_cost")
#: Whole numbers of a cell that shares split.
COUNTS = ("requests", "total_tokens")
#: What a cell measures; null = no source said.
MEASURES = (*MONEY_COLUMNS, *COUNTS, "gpu_hours")


def sum_by(table: pa.Table, keys: Sequence[str], values: Sequence[str]) -> pa.Table:
    """Sums of `values` per combination of `keys`, sorted by these, null last.

    A sum is null exactly where every value is: unknown is not zero.
    """
    codes = keys_of([table[name] for name in keys], table.num_rows)
    first, sums = code_sums(table.select(list(values)), codes)
    columns: dict[str, Any] = {name: table[name].take(pa.array(first, pa.int64())) for name in keys}
    return pa.table(columns | {name: sums[name] for name in values})


def texts(column: pa.ChunkedArray[Any]) -> list[str]:
    """Values of a text column that has no nulls."""
    return [str(value) for value in column.to_pylist()]


def exact_sum(column: pa.ChunkedArray[Any]) -> Decimal:
    """Sum of a column of any measure as a decimal; 0 where all is null.

    >>> exact_sum(pa.chunked_array([[1, None, 2]]))
    Decimal('3')
    """
    if pa.types.is_floating(column.type):
        # The shortest decimals of the floats, summed exactly: independent of the order of rows.
        total = Decimal(0)
        found: Any = pc.value_counts(column.drop_null())
        for value, count in zip(*(part.to_pylist() for part in found.flatten()), strict=True):
            total = EXACT.add(total, EXACT.multiply(Decimal(repr(value)), Decimal(count)))
        return total
    total = pc.sum(column).as_py()
    return Decimal(0) if total is None else Decimal(total)
