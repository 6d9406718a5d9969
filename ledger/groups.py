"""Sums of measures over equal keys, exact: the arithmetic under cost cells and panels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.keys import keys_of
from ledger.money import EXACT

__all__ = ["COUNTS", "MEASURES", "MONEY_COLUMNS", "exact_sum", "sum_by", "texts"]

#: Money of a cell.
MONEY_COLUMNS = ("effective_cost", "billed_cost", "unexplained_cost")
#: Whole numbers of a cell that shares split.
COUNTS = ("requests", "total_tokens")
#: What a cell measures; null = no source said.
MEASURES = (*MONEY_COLUMNS, *COUNTS, "gpu_hours")

_KEY, _PLACE = "_key", "_place"


def sum_by(table: pa.Table, keys: Sequence[str], values: Sequence[str]) -> pa.Table:
    """Sums of `values` per combination of `keys`, in the order of first appearance.

    A sum is null exactly where every value is: unknown is not zero.
    """
    codes = keys_of([table[name] for name in keys], table.num_rows)
    numbered = table.select(list(values)).append_column(_KEY, pa.array(codes))
    numbered = numbered.append_column(_PLACE, pa.array(np.arange(table.num_rows)))
    # One thread: sums of floats then do not depend on who was first.
    grouped = numbered.group_by(_KEY, use_threads=False).aggregate(
        [(_PLACE, "min"), *((name, "sum") for name in values)]
    )
    first = table.select(list(keys)).take(grouped[f"{_PLACE}_min"])
    columns = [first[name] for name in keys]
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
