"""Sums of measures over equal keys, exact: the arithmetic under cost cells and panels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.money import EXACT

__all__ = ["COUNTS", "MEASURES", "MONEY_COLUMNS", "exact_sum", "sum_by", "texts"]

#: Money of a cell.
MONEY_COLUMNS = ("effective_cost", "billed_cost", "unexplained_cost")
#: Whole numbers of a cell that shares split.
COUNTS = ("requests", "total_tokens")
#: What a cell measures; null = no source said.
MEASURES = (*MONEY_COLUMNS, *COUNTS, "gpu_hours")


def sum_by(table: pa.Table, keys: Sequence[str], values: Sequence[str]) -> pa.Table:
    """Sums of `values` per combination of `keys`, in the order of first appearance.

    A sum is null exactly where every value is: unknown is not zero.
    """
    grouped = table.group_by(list(keys), use_threads=False).aggregate(
        [(name, "sum") for name in values]
    )
    columns = [grouped[name] for name in keys]
    columns += [grouped[f"{name}_sum"].cast(table.schema.field(name).type) for name in values]
    return pa.table(columns, names=[*keys, *values])


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
        values = [Decimal(repr(value)) for value in column.to_pylist() if value is not None]
        total = Decimal(0)
        for value in values:
            total = EXACT.add(total, value)
        return total
    total = pc.sum(column).as_py()
    return Decimal(0) if total is None else Decimal(total)
