"""Columns of a reader to a table of the canonical schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.encoded import is_encoded
from ledger.readers.fields import Column
from ledger.schema import USAGE_COST

__all__ = ["CANONICAL", "canonical_rows", "first_of_month"]

#: What a reader fills: `usage_cost` without the delivery, which ingest gives.
CANONICAL = pa.schema([field for field in USAGE_COST if field.name != "delivery_id"])


def canonical_rows(rows: int, columns: Mapping[str, Any], *, first_row: int = 1) -> pa.Table:
    """Table of the canonical schema with these columns; what is not named is null.

    Parameters
    ----------
    rows
        Number of data rows of the file; they are numbered in their order.
    columns
        Canonical name -> array of `rows` values, or one value for all rows. Text that is
        dictionary-encoded stays so; without any the table has exactly the schema `CANONICAL`.
    first_row
        Number of the first row.

    Raises KeyError for a name the schema does not have, ValueError where a required value is null.
    """
    unknown = set(columns) - set(CANONICAL.names)
    if unknown:
        raise KeyError(f"not in the canonical schema: {sorted(unknown)}")
    numbers = pa.array(np.arange(first_row, first_row + rows, dtype=np.int64))
    filled = {"row_number": numbers, **columns}
    arrays = [_array(filled.get(field.name), field, rows) for field in CANONICAL]
    fields = [field.with_type(array.type) for field, array in zip(CANONICAL, arrays, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def first_of_month(instants: Column) -> Column:
    """First day of the UTC month of each instant, as dates: the bucket of a bill."""
    return pc.cast(pc.floor_temporal(instants, unit="month"), pa.date32())


def _array(value: object, field: pa.Field[Any], rows: int) -> Column:
    if isinstance(value, pa.Array):
        kept = is_encoded(value) and value.type.value_type == field.type
        array = value if kept else value.cast(field.type)
    elif value is None:
        array = pa.nulls(rows, field.type)
    else:
        array = pa.repeat(pa.scalar(value, field.type), rows)
    if not field.nullable and array.null_count:
        raise ValueError(f"{field.name} is required, got {array.null_count} rows without it")
    return array
