"""Rows of single events summed into rows of a period, where a mapping asks for it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.mapping import MEASURES
from ledger.readers.canonical import CANONICAL

__all__ = ["rolled_up"]

_NUMBER = "row_number"
_LABELS = tuple(name for name in CANONICAL.names if name not in {_NUMBER, *MEASURES})
_STATED = pc.ScalarAggregateOptions(min_count=1)


def rolled_up(rows: pa.Table, *, count_requests: bool) -> pa.Table:
    """Rows [G] of the canonical schema, one for each combination of period and labels of `rows`.

    Measures are summed; what none of the summed rows states stays null. With `count_requests`
    every row of the file counts as one request. A row has the number of the first row in it.
    """
    if count_requests:
        ones = pa.repeat(pa.scalar(1, pa.int64()), rows.num_rows)
        rows = rows.set_column(CANONICAL.get_field_index("requests"), "requests", ones)
    sums: list[Any] = [(name, "sum", _STATED) for name in MEASURES]
    grouped = rows.group_by(list(_LABELS), use_threads=False).aggregate([*sums, (_NUMBER, "min")])
    renamed = {f"{name}_sum": name for name in MEASURES} | {f"{_NUMBER}_min": _NUMBER}
    named = grouped.rename_columns([renamed.get(name, name) for name in grouped.column_names])
    return named.select(CANONICAL.names).sort_by(_NUMBER).cast(CANONICAL)
