"""What one piece of a file says: its rows without what is private, and what to remember of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Span
from ledger.delivery_checks import check_accounted
from ledger.money import EXACT
from ledger.privacy import keep_tags, pseudonymise, tag_names
from ledger.problems import BadInput
from ledger.readers.contract import Reading
from ledger.readers.encoded import plain, unchunked
from ledger.schema import MONEY, USAGE_COST

__all__ = ["Told", "take_in"]

_MONEY = tuple(
    field.name for field in USAGE_COST if field.type == MONEY and field.name.endswith("_cost")
)


@dataclass(frozen=True)
class Told:
    """What is remembered of a piece once its rows are stored.

    Parameters
    ----------
    rows_in, rows_kept, reported, notes, covers, extent
        As in `ledger.readers.contract.Reading`.
    buckets, accounts
        Each clock bucket and account of the rows, with the first row that has it.
    sums
        Exact totals by money column and currency ("billed_cost USD").
    ids
        Row ids of the source and the rows that have them; None where no row has one.
    tags_left_out, actors_left_out
        Tag keys that are not on the list; whether actors were dropped for want of a key.
    digest
        Of the rows, as they are stored.
    """

    rows_in: int
    rows_kept: int
    reported: Mapping[str, int]
    notes: tuple[str, ...]
    covers: tuple[Span, ...] | None
    extent: frozenset[str] | None
    buckets: Mapping[date, int]
    accounts: Mapping[str, int]
    sums: Mapping[str, Decimal]
    ids: pa.Table | None
    tags_left_out: frozenset[str]
    actors_left_out: bool
    digest: bytes


def take_in(
    reading: Reading, file: str, *, actor_key: bytes | None, tag_keys: Collection[str]
) -> tuple[pa.Table, Told]:
    """Rows of a piece without what is private, and what they told.

    Raises BadInput where rows are neither kept nor reported, or tags are no flat object.
    """
    check_accounted(reading, file)
    rows = reading.rows
    try:
        kept = keep_tags(rows["tags"], tag_keys)
        left_out = tag_names(rows["tags"]) - tag_names(kept)
    except BadInput as problem:
        row = None if problem.row is None else rows["row_number"][problem.row - 1].as_py()
        raise BadInput(problem.wanted, file=file, row=row, field="tags", got=problem.got) from None
    actors = rows["actor"]
    clean = {"tags": kept, "actor": pseudonymise(actors, actor_key)}
    for name, column in clean.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, column)
    return rows, Told(
        rows_in=reading.rows_in,
        rows_kept=rows.num_rows,
        reported=dict(reading.reported),
        notes=reading.notes,
        covers=reading.covers,
        extent=reading.extent,
        buckets=_first_rows(rows, "clock_bucket"),
        accounts=_first_rows(rows, "account"),
        sums=_sums(rows),
        ids=_ids(rows),
        tags_left_out=left_out,
        actors_left_out=actor_key is None and actors.null_count < len(actors),
        digest=_digest(rows),
    )


def _first_rows(rows: pa.Table, name: str) -> dict[Any, int]:
    """First row of each value of a column."""
    found = rows.select([name, "row_number"]).group_by(name).aggregate([("row_number", "min")])
    return {row[name]: row["row_number_min"] for row in found.to_pylist()}


def _sums(rows: pa.Table) -> dict[str, Decimal]:
    """Exact totals by money column and currency; a column that nobody filled has none."""
    totals = (
        rows.select(["currency", *_MONEY])
        .group_by("currency")
        .aggregate([(name, "sum") for name in _MONEY])
    )
    return {
        f"{name} {total['currency']}": EXACT.plus(total[f"{name}_sum"])
        for name in _MONEY
        for total in totals.to_pylist()
        if total[f"{name}_sum"] is not None
    }


def _ids(rows: pa.Table) -> pa.Table | None:
    ids = rows["source_row_id"]
    if ids.null_count == len(ids):
        return None
    columns = [plain(unchunked(ids)), unchunked(rows["row_number"])]
    table = pa.Table.from_arrays(columns, names=["id", "row_number"])
    return table.filter(pc.is_valid(columns[0]))


def _digest(rows: pa.Table) -> bytes:
    """SHA-256 of the rows, column by column, as Arrow writes them."""
    sink = _Hashed()
    with pa.ipc.new_stream(sink, rows.schema.remove_metadata()) as stream:
        stream.write_table(rows.unify_dictionaries().combine_chunks())
    return sink.sha256.digest()


class _Hashed(io.RawIOBase):
    """A file that keeps nothing but the hash of what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 (whatever has a buffer)
        self.sha256.update(data)
        return memoryview(data).nbytes
