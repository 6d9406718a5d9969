"""Rows to Parquet files beside the ledger: written while a delivery is read, no part of it yet.

They are written here rather than by the Delta library because its writer takes plain text only:
dictionary-encoded columns, as readers of long files give them, are stored without touching a text
a second time, in several threads, and with little memory.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.readers.encoded import plain, recode, unchunked
from ledger.schema import USAGE_COST

__all__ = ["STORED", "RowFile", "RowFiles"]

#: What stands in a file: the delivery is the partition, so it is in the name of the folder.
STORED = pa.schema([field for field in USAGE_COST if field.name != "delivery_id"])
#: Numbers that repeat from row to row, as text does; of amounts every second one differs.
_REPEATING = [
    field.name
    for field in STORED
    if pa.types.is_string(field.type)
    or pa.types.is_temporal(field.type)
    or pa.types.is_boolean(field.type)
]
#: Columns by whose smallest and largest value a query passes over a row group.
_PRUNED = ["period_start", "clock_bucket", "source", "account", "provider"]
#: As many as there are threads.
_FILES = 2
_NAME_DIGITS = 24  # 96 bits of SHA-256
_ENCODED = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class RowFile:
    """A complete file; equal rows in equal pieces make a file of equal bytes and name."""

    path: Path
    rows: int


class RowFiles:
    """Files of rows in a folder, written by several threads.

    Which piece goes into which file, and in which order, follows from its number alone: two ingests
    of one export at the same moment write the same files.
    """

    def __init__(self, folder: Path) -> None:
        self._writers = [_Writer(folder / f"writing-{number}") for number in range(_FILES)]

    def write(self, rows: pa.Table, number: int = 0) -> None:
        """Store a piece of rows with the columns of `STORED`, as one row group.

        Text may be encoded. Pieces are numbered from 0, each number once; a call waits for the
        earlier pieces of its file.
        """
        self._writers[number % _FILES].write(rows, number // _FILES)

    def give_up(self) -> None:
        """End every call that waits for a piece: it will not come."""
        for writer in self._writers:
            writer.give_up()

    def close(self) -> list[RowFile]:
        """End the files; only then are they whole."""
        return [writer.close() for writer in self._writers if writer.rows]


class _Writer:
    """One file; its columns are encoded as those of the first rows are."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._path = path
        self._opened: pq.ParquetWriter | None = None
        self._schema = STORED
        self._turn = 0
        self._given_up = False
        self._changed = threading.Condition()

    def write(self, rows: pa.Table, turn: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._turn == turn or self._given_up)
            if self._given_up:
                raise RuntimeError(f"got no rows for an earlier part of {self._path}")
            self._write(rows)
            self._turn += 1
            self._changed.notify_all()

    def give_up(self) -> None:
        with self._changed:
            self._given_up = True
            self._changed.notify_all()

    def close(self) -> RowFile:
        if self._opened is not None:
            self._opened.close()
        with self._path.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        path = self._path.with_name(f"part-{digest[:_NAME_DIGITS]}.parquet")
        return RowFile(self._path.rename(path), self.rows)

    def _write(self, rows: pa.Table) -> None:
        if self._opened is None:
            self._opened = self._open(rows)
        columns = [_as(unchunked(rows[field.name]), field.type) for field in self._schema]
        table = pa.Table.from_arrays(columns, schema=self._schema)
        if table.num_rows:
            self._opened.write_table(table, row_group_size=table.num_rows)
        self.rows += table.num_rows

    def _open(self, first: pa.Table) -> pq.ParquetWriter:
        self._schema = pa.schema(
            [field.with_type(_kind(field, first.schema.field(field.name))) for field in STORED]
        )
        return pq.ParquetWriter(
            self._path,
            self._schema,
            compression="zstd",
            use_dictionary=cast(Any, _REPEATING),  # the stubs know of one truth for all only
            column_encoding={"row_number": "DELTA_BINARY_PACKED"},
            write_statistics=_PRUNED,
            store_schema=False,  # whoever reads sees plain text
        )


def _kind(field: pa.Field[Any], given: pa.Field[Any]) -> pa.DataType:
    return _ENCODED if pa.types.is_dictionary(given.type) else field.type


def _as(column: pa.Array[Any], kind: pa.DataType) -> pa.Array[Any]:
    if kind != _ENCODED:
        return plain(column).cast(kind)
    codes: Any = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return recode(codes, codes.dictionary)
