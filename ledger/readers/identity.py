"""A provider's own row id names one row: two rows with one id mean a broken export."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ledger.problems import BadInput
from ledger.readers.fields import Column, Field

__all__ = ["distinct_ids"]


def distinct_ids(field: Field) -> Column:
    """Row ids of a file; raises BadInput naming both rows where two have the same."""
    ids = field.text()
    present = pc.drop_null(ids)
    if pc.count_distinct(present).as_py() == len(present):
        return ids
    counted = pc.value_counts(present)
    repeated = counted.filter(pc.greater(counted.field("counts"), pa.scalar(1)))
    first = pc.index(pc.is_in(ids, value_set=repeated.field("values")), True).as_py()
    second = pc.index(ids, ids[first], start=first + 1).as_py()
    raise BadInput(
        f"a different id than row {first + 1} has",
        file=field.file,
        row=second + 1,
        field=field.name,
        got=ids[second].as_py(),
    )
