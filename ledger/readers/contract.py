"""What every reader promises. The contract suite discovers all readers and holds them to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from ledger.delivery import Clock, DeliveryMode, Span

__all__ = ["RawTable", "Reader", "Reading", "streams"]


@dataclass(frozen=True)
class RawTable:
    """A file as delivered, opened but not yet understood (`ledger.readers.opening`).

    `table` has the columns of the file under their own names. Of CSV every column is text with
    the text NULL and the empty text as null; Parquet keeps its types. A long file comes in pieces,
    of which `first_row` is the number of the first data row, and with repeating text columns
    dictionary-encoded (`ledger.readers.encoded`): only to readers that say `streams`. Then
    `also_there` names the columns of the file that the reader does not take.
    """

    file: str
    table: pa.Table
    first_row: int = 1
    also_there: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Names of all columns of the file."""
        return self.also_there.union(self.table.column_names)


@dataclass(frozen=True)
class Reading:
    """What a reader made of a file.

    Mass is conserved: rows_in = rows.num_rows + merged + sum(reported), `merged` being the rows of
    the file that were summed into another one of them.

    `rows` has the columns of `ledger.schema.USAGE_COST` without `delivery_id`; `reported` counts
    the rows that were left out, by reason; `notes` are sentences for the ingest report (times
    without zone taken as UTC: how many); those that count begin with the number, so that those of
    the pieces of a file can be added up. `covers` and `extent` are None where the export's own
    metadata does not state them.
    """

    rows: pa.Table
    rows_in: int
    reported: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    covers: tuple[Span, ...] | None = None
    extent: frozenset[str] | None = None
    merged: int = 0


class Reader(Protocol):
    """One export format.

    Attributes
    ----------
    name
        Name of the format, shown in reports ("focus", "litellm_daily_team_spend").
    source
        Value of the column `source`; formats of one system share it.
    clock, mode
        What a later delivery replaces.
    columns
        Allow-list: no other column of the file is ever looked at.
    required
        Those of them without which a file is not of this format.
    """

    name: str
    source: str
    clock: Clock
    mode: DeliveryMode
    columns: frozenset[str]
    required: frozenset[str]

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        ...

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows of the file; raises `ledger.problems.BadInput`, never skips silently."""
        ...


def streams(reader: Reader) -> bool:
    """Whether a reader can be given a file in pieces.

    It can where every row is understood by itself. Such a reader says so by an attribute `streams`
    that is true; row ids are then compared between the pieces by whoever calls it.
    """
    return bool(getattr(reader, "streams", False))
