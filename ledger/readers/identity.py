"""A provider's own row id names one row: two rows with one id mean a broken export."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ledger.problems import BadInput
from ledger.readers.fields import Column, Field

__all__ = ["distinct_ids", "first_repeat"]


def distinct_ids(field: Field) -> Column:
    """Row ids of a file; raises BadInput naming both rows where two have the same."""
    ids = field.text()
    repeat = first_repeat(ids)
    if repeat is None:
        return ids
    first, second = repeat
    raise BadInput(
        f"a different id than row {first + field.first_row} has",
        file=field.file,
        row=second + field.first_row,
        field=field.name,
        got=ids[second].as_py(),
    )


def first_repeat(values: Column) -> tuple[int, int] | None:
    """Where the first value that is there twice stands, and where again; counted from 0.

    None where every value that is not null is there once.
    """
    present = pc.drop_null(values)
    if pc.count_distinct(present).as_py() == len(present):
        return None
    counted = pc.value_counts(present)
    repeated = counted.filter(pc.greater(counted.field("counts"), pa.scalar(1)))
    first: int = pc.index(pc.is_in(values, value_set=repeated.field("values")), True).as_py()
    second: int = pc.index(values, values[first], start=first + 1).as_py()
    return first, second
