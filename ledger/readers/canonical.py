"""Columns of a reader to a table of the canonical schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.fields import Column
from ledger.schema import USAGE_COST

__all__ = ["CANONICAL", "canonical_rows", "first_of_month"]

#: What a reader fills: `usage_cost` without the delivery, which ingest gives.
CANONICAL = pa.schema([field for field in USAGE_COST if field.name != "delivery_id"])


def canonical_rows(rows: int, columns: Mapping[str, Any]) -> pa.Table:
    """Table of the canonical schema with these columns; what is not named is null.

    Parameters
    ----------
    rows
        Number of data rows of the file; they are numbered from 1 in their order.
    columns
        Canonical name -> array of `rows` values, or one value for all rows.

    Raises KeyError for a name the schema does not have, ValueError where a required value is null.
    """
    unknown = set(columns) - set(CANONICAL.names)
    if unknown:
        raise KeyError(f"not in the canonical schema: {sorted(unknown)}")
    filled = {"row_number": pa.array(range(1, rows + 1), pa.int64()), **columns}
    arrays = [_array(filled.get(field.name), field, rows) for field in CANONICAL]
    return pa.Table.from_arrays(arrays, schema=CANONICAL)


def first_of_month(instants: Column) -> Column:
    """First day of the UTC month of each instant, as dates: the bucket of a bill."""
    return pc.cast(pc.floor_temporal(instants, unit="month"), pa.date32())


def _array(value: object, field: pa.Field[Any], rows: int) -> Column:
    if isinstance(value, pa.Array):
        array = value.cast(field.type)
    else:
        array = pa.repeat(pa.scalar(value, field.type), rows)
    if not field.nullable and array.null_count:
        raise ValueError(f"{field.name} is required, got {array.null_count} rows without it")
    return array
