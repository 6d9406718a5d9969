"""Delta Lake tables: create, read, replace. The one place that knows how the library is called.

Reading goes through the library's own query engine, not through `to_pyarrow_table` or
`to_pyarrow_dataset`: their file system calls back into Python from Arrow's threads, and a short
process then ends in "terminate called without an active exception" (seen in two of three runs of
deltalake 1.6.6 with pyarrow 25.0.1). It is also the faster way, on a disk and on an object store.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError

__all__ = ["append", "ensure", "open_if_exists", "quoted", "read", "replace"]

#: Each try loses only to another commit that won, so that a handful serves as many writers.
_TRIES = 8


def ensure(uri: str, schema: pa.Schema, *, partition_by: Sequence[str] = ()) -> DeltaTable:
    """Open the table at `uri`, creating it where there is none."""
    table = open_if_exists(uri)
    if table is not None:
        return table
    return DeltaTable.create(uri, schema, mode="ignore", partition_by=list(partition_by))


def open_if_exists(uri: str) -> DeltaTable | None:
    """Open the table at `uri`, or None where there is none."""
    try:
        return DeltaTable(uri)
    except TableNotFoundError:
        return None


def read(table: DeltaTable, *, columns: Sequence[str] = ("*",), where: str = "TRUE") -> pa.Table:
    """Rows of the table's loaded version that meet an SQL condition, in no particular order."""
    chosen = ", ".join(name if name == "*" else quoted(name, mark='"') for name in columns)
    query = f"SELECT {chosen} FROM stored WHERE {where}"  # noqa: S608 (callers quote)
    return pa.table(QueryBuilder().register("stored", table).execute(query).read_all())


def append(table: DeltaTable, rows: pa.Table) -> None:
    """Add rows in one atomic commit."""
    write_deltalake(table, rows, mode="append")


def replace(table: DeltaTable, rows: pa.Table, *, where: str) -> None:
    """Put `rows` in the place of those that meet the condition, in one atomic commit.

    When somebody else commits rows that meet the condition at the same moment, theirs are replaced.
    """
    for left in reversed(range(_TRIES)):
        try:
            return write_deltalake(table, rows, mode="overwrite", predicate=where)
        except CommitFailedError:  # what was to be replaced is no longer what was read
            if not left:
                raise
            table.update_incremental()
    return None


def quoted(text: str, *, mark: str = "'") -> str:
    """The text as an SQL literal, or with another mark as an identifier."""
    return mark + text.replace(mark, mark + mark) + mark
