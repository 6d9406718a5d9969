"""The rows that a view shows, where they are stored: read when, and as far as, somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.delivery import Delivery
from ledger.schema import USAGE_COST
from ledger.store import Ledger
from ledger.visible import Cell, cells_of, visible_rows

__all__ = ["StoredRows", "row_groups"]


@dataclass(frozen=True)
class StoredRows:
    """Rows of a ledger: the deliveries known at T, and which of them show in each cell."""

    ledger: Ledger
    shown: dict[Cell, list[str]]
    known: Sequence[Delivery]

    def table(self) -> pa.Table:
        """All of them, sorted by source, account, period, delivery and row number."""
        return visible_rows(self.ledger, self.shown, self.known)

    def pieces(self, columns: Collection[str]) -> Iterator[Callable[[], pa.Table]]:
        """What reads these columns of all rows, some at a time, in any thread and in no order.

        A delivery that shows in all its cells shows whole: its files on this machine are read as
        they are, row group by row group. The others are looked through row by row.
        """
        whole = self._whole()
        files = self.ledger.files(whole)
        if files is not None:
            for paths in files.values():
                for path in paths:
                    yield from row_groups(path, columns)
        else:
            whole = set()
        others = self._without(whole)
        if others.shown or not whole:
            table = visible_rows(others.ledger, others.shown, others.known, columns=columns)
            yield lambda: table

    def _whole(self) -> set[str]:
        """Deliveries of which every row shows."""
        return {
            delivery.id
            for delivery in self.known
            if delivery.mode == "snapshot"
            and all(delivery.id in self.shown.get(cell, ()) for cell in cells_of(delivery))
        }

    def _without(self, ids: Collection[str]) -> StoredRows:
        shown = {
            cell: [delivery_id for delivery_id in showing if delivery_id not in ids]
            for cell, showing in self.shown.items()
        }
        return replace(self, shown={cell: showing for cell, showing in shown.items() if showing})


def row_groups(path: Path, columns: Collection[str]) -> Iterator[Callable[[], pa.Table]]:
    """What reads these columns of each row group of a stored file; text is dictionary-encoded."""
    with pq.ParquetFile(path) as opened:
        metadata = opened.metadata
        stored = set(opened.schema_arrow.names)
    for number in range(metadata.num_row_groups):
        yield partial(_read, path, metadata, number, sorted(stored.intersection(columns)), columns)


def _read(
    path: Path,
    metadata: pq.FileMetaData,
    number: int,
    stored: Sequence[str],
    columns: Collection[str],
) -> pa.Table:
    """Columns of a row group; what a file of an older format does not have is null."""
    encoded = [name for name in stored if USAGE_COST.field(name).type == pa.string()]
    # Mapped by its path: read through a file object of Python this took three times as long.
    with pq.ParquetFile(
        path, metadata=metadata, read_dictionary=encoded, memory_map=True
    ) as opened:
        rows = opened.read_row_group(number, columns=list(stored), use_threads=False)
    for name in sorted(set(columns).difference(stored)):
        rows = rows.append_column(name, pa.nulls(rows.num_rows, USAGE_COST.field(name).type))
    return rows
