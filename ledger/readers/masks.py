"""Values of a column where a mask holds, and counts of it; unknown is no."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.fields import Column

__all__ = ["holds", "how_many", "only_where"]

_NO = pa.scalar(False)


def holds(mask: Column) -> Column:
    """The mask with false where it is unknown."""
    known: Column = pc.if_else(pc.is_valid(mask), mask, _NO)
    return known


def only_where(mask: Column, values: Column) -> Column:
    """The values where the mask is true, null elsewhere."""
    kept: Column = pc.if_else(holds(mask), values, pa.scalar(None, values.type))
    return kept


def how_many(mask: Column) -> int:
    """Number of rows where the mask is true."""
    return len(pc.indices_nonzero(holds(mask)))
