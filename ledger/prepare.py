"""From what a reader made of a file to the rows and the delivery that are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from ledger.buckets import billing_month
from ledger.delivery import Clock, Delivery, Span
from ledger.delivery_checks import check_accounted, check_not_ahead, check_within
from ledger.money import EXACT
from ledger.privacy import keep_tags, pseudonymise, tag_names
from ledger.problems import BadInput
from ledger.readers.contract import Reader, Reading
from ledger.schema import MONEY, USAGE_COST
from ledger.spans import merge

__all__ = ["FileFacts", "Prepared", "prepare"]

_ID_DIGITS = 24  # 96 bits of SHA-256: a billion deliveries stay apart
_NAMED_KEYS = 8  # an export can have hundreds of tag keys; a note names this many


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file before it is read; `delivered_at` None = nobody stated it."""

    file: str
    sha256: str
    delivered_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True)
class Prepared:
    """Rows with the columns of `USAGE_COST`, the delivery that publishes them, remarks."""

    rows: pa.Table
    delivery: Delivery
    notes: tuple[str, ...] = field(default_factory=tuple)


def prepare(
    reading: Reading,
    reader: Reader,
    facts: FileFacts,
    *,
    actor_key: bytes | None,
    tag_keys: Collection[str],
) -> Prepared:
    """Check a reading, take out what is private, and name the delivery.

    Raises BadInput where rows are neither kept nor reported, lie outside what the export says it
    covers, or were used after they were delivered.
    """
    rows = reading.rows
    check_accounted(reading, facts.file)
    covers, extent, assumed = _covers_and_extent(reading, reader.clock, facts)
    check_within(rows, reader.clock, covers, extent, facts.file)
    if facts.delivered_at is not None:
        check_not_ahead(rows, reader.clock, facts.delivered_at, facts.file)
    kept, notes = _without_private(rows, actor_key, tag_keys, facts)
    if facts.delivered_at is None:
        assumed |= {"delivered_at"}
        notes.append("nobody stated when it was delivered: taken as now")
    delivery = Delivery(
        id="",
        source=reader.source,
        reader=reader.name,
        clock=reader.clock,
        mode=reader.mode,
        extent=extent,
        covers=covers,
        delivered_at=facts.delivered_at or facts.recorded_at,
        recorded_at=facts.recorded_at,
        sha256=facts.sha256,
        file=facts.file,
        rows=kept.num_rows,
        sums=_sums(kept),
        assumed=assumed,
    )
    delivery = replace(delivery, id=_id(delivery, kept))
    return Prepared(_with_id(kept, delivery.id), delivery, (*reading.notes, *notes))


def _covers_and_extent(
    reading: Reading, clock: Clock, facts: FileFacts
) -> tuple[tuple[Span, ...], frozenset[str], frozenset[str]]:
    """What the export speaks of, and which of the two nobody stated."""
    stated = {"covers": reading.covers, "extent": reading.extent}
    assumed = frozenset(name for name, value in stated.items() if value is None)
    if assumed and not reading.rows.num_rows:
        raise BadInput(
            "at least one row: an export without rows says nothing about any period",
            file=facts.file,
            got=f"{reading.rows_in} rows, none of them kept",
        )
    covers, extent = reading.covers, reading.extent
    if covers is None:
        buckets = reading.rows["clock_bucket"].unique().to_pylist()
        covers = tuple(_span(clock, bucket) for bucket in buckets if bucket is not None)
    if extent is None:
        accounts = reading.rows["account"].unique().to_pylist()
        extent = frozenset(account for account in accounts if account is not None)
    return merge(covers), extent, assumed


def _span(clock: Clock, bucket: date) -> Span:
    if clock == "billing_period":
        return billing_month(bucket)
    return Span(bucket, bucket + timedelta(days=1))


def _without_private(
    rows: pa.Table, actor_key: bytes | None, tag_keys: Collection[str], facts: FileFacts
) -> tuple[pa.Table, list[str]]:
    notes: list[str] = []
    actors, tags = rows["actor"], rows["tags"]
    if actor_key is None and actors.null_count < len(actors):
        notes.append("no key for pseudonyms: who used it is left out")
    try:
        left_out = tag_names(tags)
        kept = keep_tags(tags, tag_keys)
    except BadInput as problem:
        raise BadInput(
            problem.wanted,
            file=facts.file,
            row=None if problem.row is None else rows["row_number"][problem.row - 1].as_py(),
            field="tags",
            got=problem.got,
        ) from None
    left_out -= tag_names(kept)
    if left_out:
        named = ", ".join(sorted(left_out)[:_NAMED_KEYS])
        more = f" and {len(left_out) - _NAMED_KEYS} more" if len(left_out) > _NAMED_KEYS else ""
        notes.append(f"tags left out, not on the list: {named}{more}")
    new = {"actor": pseudonymise(actors, actor_key), "tags": kept}
    for name, column in new.items():
        rows = rows.set_column(rows.schema.get_field_index(name), USAGE_COST.field(name), column)
    return rows, notes


def _sums(rows: pa.Table) -> dict[str, Decimal]:
    """Exact totals by money column and currency; a column that nobody filled has none."""
    sums: dict[str, Decimal] = {}
    for name in USAGE_COST.names:
        if USAGE_COST.field(name).type != MONEY or not name.endswith("_cost"):
            continue
        totals = rows.select(["currency", name]).group_by("currency").aggregate([(name, "sum")])
        for total in totals.to_pylist():
            if total[f"{name}_sum"] is not None:
                sums[f"{name} {total['currency']}"] = EXACT.plus(total[f"{name}_sum"])
    return sums


def _id(delivery: Delivery, rows: pa.Table) -> str:
    """Hash of what was delivered and when, so that the same ledger has the same ids anywhere."""
    stated = "" if "delivered_at" in delivery.assumed else delivery.delivered_at.isoformat()
    told = (delivery.source, delivery.reader, delivery.mode, delivery.sha256, stated)
    said = (sorted(delivery.extent), [str(span) for span in delivery.covers])
    digest = hashlib.sha256(repr((told, said)).encode())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema.remove_metadata()) as stream:
        stream.write_table(rows.combine_chunks())
    digest.update(sink.getvalue())
    return digest.hexdigest()[:_ID_DIGITS]


def _with_id(rows: pa.Table, delivery_id: str) -> pa.Table:
    ids = pa.array([delivery_id], pa.string()).take(pa.array([0] * rows.num_rows, pa.int64()))
    return rows.append_column("delivery_id", ids).select(USAGE_COST.names).cast(USAGE_COST)
