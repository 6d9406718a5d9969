"""Delta Lake tables: create, read, replace. The one place that knows how the library is called.

Reading goes through the library's own query engine, not through `to_pyarrow_table` or
`to_pyarrow_dataset`: their file system calls back into Python from Arrow's threads, and a short
process then ends in "terminate called without an active exception" (seen in two of three runs of
deltalake 1.6.6 with pyarrow 25.0.1). It is also the faster way, on a disk and on an object store.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, Field, QueryBuilder, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

__all__ = [
    "NewFile",
    "add_columns",
    "append",
    "column_names",
    "ensure",
    "files_of",
    "merge_files",
    "open_if_exists",
    "partitions_before",
    "quoted",
    "read",
    "remove_partitions",
    "replace",
    "replace_partition",
    "vacuum",
]

#: Each try loses only to another commit that won, so that a handful serves as many writers.
_TRIES = 8


@dataclass(frozen=True)
class NewFile:
    """A Parquet file below the table's address that is no part of the table yet."""

    path: str
    size: int
    rows: int


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


def files_of(table: DeltaTable, column: str, values: Collection[str]) -> list[tuple[str, str]]:
    """Files of partitions in the table's loaded version, each with its partition's value.

    Paths are those below the table's address.
    """
    files = pa.table(table.get_add_actions(flatten=True))
    if not files.num_rows:
        return []
    of_file = files[f"partition.{column}"]
    own = files.filter(pc.is_in(of_file, value_set=pa.array(sorted(values), pa.string())))
    paths = [unquote(str(path)) for path in own["path"].to_pylist()]  # the log has them quoted
    return list(zip(paths, map(str, own[f"partition.{column}"].to_pylist()), strict=True))


def replace_partition(
    table: DeltaTable, files: Sequence[NewFile], *, partition: Mapping[str, str]
) -> None:
    """Put files in the place of what stands in a partition, in one atomic commit.

    A file that stands there already, under the same name, stays.
    """
    name, value = next(iter(partition.items()))
    for left in reversed(range(_TRIES)):
        there = [path for path, _ in files_of(table, name, [value])]
        now = int(time.time() * 1000)
        actions: list[AddAction | RemoveAction] = [
            AddAction(
                one.path, one.size, partition, now, True, json.dumps({"numRecords": one.rows})
            )
            for one in files
            if one.path not in there
        ]
        kept = {one.path for one in files}
        actions += [RemoveAction(path, True, now) for path in there if path not in kept]
        if not actions:
            return None
        try:
            return table.create_write_transaction(
                actions, mode="append", schema=table.schema(), partition_by=list(partition)
            )
        except CommitFailedError:  # somebody else has replaced the same partition meanwhile
            if not left:
                raise
            table.update_incremental()
    return None


def add_columns(table: DeltaTable, schema: pa.Schema) -> None:
    """Give the table the nullable columns of the schema that it lacks; its rows have null there."""
    for left in reversed(range(_TRIES)):
        known = column_names(table)
        lacking = [Field.from_arrow(field) for field in schema if field.name not in known]
        if not lacking:
            return None
        try:
            return table.alter.add_columns(lacking)
        except CommitFailedError:  # somebody else has added them meanwhile
            if not left:
                raise
            table.update_incremental()
    return None


def column_names(table: DeltaTable) -> set[str]:
    """Names of the columns of the table's loaded version."""
    return {field.name for field in table.schema().fields}


def partitions_before(table: DeltaTable, column: str, before: datetime) -> set[str]:
    """Values of the partitions of which every file was written before a time."""
    files = pa.table(table.get_add_actions(flatten=True))
    if not files.num_rows:
        return set()
    written = files.group_by(f"partition.{column}").aggregate([("modification_time", "max")])
    times = pc.cast(written["modification_time_max"], pa.timestamp("ms", tz="UTC"))
    old = written.filter(pc.less(times, pa.scalar(before, pa.timestamp("ms", tz="UTC"))))
    return {str(value) for value in old[f"partition.{column}"].to_pylist()}


def remove_partitions(table: DeltaTable, column: str, values: Collection[str]) -> None:
    """Take whole partitions out of the table, in one atomic commit; the files stay."""
    now = int(time.time() * 1000)
    actions: list[AddAction | RemoveAction] = [
        RemoveAction(path, True, now) for path, _ in files_of(table, column, values)
    ]
    if actions:
        table.create_write_transaction(
            actions, mode="append", schema=table.schema(), partition_by=[column]
        )


def merge_files(table: DeltaTable) -> int:
    """Merge small files, each with others of its partition; how many were merged."""
    merged = table.optimize.compact(writer_properties=WriterProperties(compression="ZSTD"))
    return int(merged["numFilesRemoved"])


def vacuum(table: DeltaTable, kept_hours: float) -> int:
    """Remove files that have been no part of the table for so long; how many."""
    removed = table.vacuum(
        retention_hours=math.ceil(kept_hours),
        dry_run=False,
        enforce_retention_duration=False,
        full=True,
    )
    return len(removed)


def quoted(text: str, *, mark: str = "'") -> str:
    """The text as an SQL literal, or with another mark as an identifier."""
    return mark + text.replace(mark, mark + mark) + mark
