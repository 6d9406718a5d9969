"""From what the pieces of a file told to the delivery that publishes its rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import pyarrow as pa

from ledger.buckets import billing_month
from ledger.delivery import Clock, Delivery, Span
from ledger.delivery_checks import check_not_ahead, check_within
from ledger.money import EXACT
from ledger.problems import BadInput
from ledger.readers.contract import Reader
from ledger.readers.identity import first_repeat
from ledger.spans import merge
from ledger.told import Told

__all__ = ["FileFacts", "Prepared", "prepare"]

_ID_DIGITS = 24  # 96 bits of SHA-256: a billion deliveries stay apart
_NAMED_KEYS = 8  # an export can have hundreds of tag keys; a note names this many
_Value = TypeVar("_Value")
_COUNTED = re.compile(r"([\d,]+) (.*)", re.DOTALL)


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file before it is read; `delivered_at` None = nobody stated it."""

    file: str
    sha256: str
    delivered_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True)
class Prepared:
    """The delivery that publishes a file's rows, and what is to be said of them."""

    delivery: Delivery
    rows_in: int
    reported: Mapping[str, int]
    notes: tuple[str, ...]


def prepare(told: Sequence[Told], reader: Reader, facts: FileFacts) -> Prepared:
    """Check the pieces of a file, in their order, against each other and name the delivery.

    Raises BadInput where rows lie outside what the export says it covers, were used after they
    were delivered, or have one id in two pieces.
    """
    _check_ids(told, facts.file)
    buckets, accounts = _earliest(one.buckets for one in told), _earliest(o.accounts for o in told)
    covers, extent, assumed = _covers_and_extent(told, reader.clock, facts)
    check_within(buckets, accounts, reader.clock, covers, extent, facts.file)
    if facts.delivered_at is not None:
        check_not_ahead(buckets, reader.clock, facts.delivered_at, facts.file)
    else:
        assumed |= {"delivered_at"}
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
        rows=sum(one.rows_kept for one in told),
        sums=_added_up(told),
        assumed=assumed,
    )
    return Prepared(
        delivery=replace(delivery, id=_id(delivery, told)),
        rows_in=sum(one.rows_in for one in told),
        reported=_counted(one.reported for one in told),
        notes=(*_merged_notes(told), *_remarks(told, facts)),
    )


def _check_ids(told: Sequence[Told], file: str) -> None:
    """A row id of the source names one row; within a piece the reader has seen to it."""
    tables = [one.ids for one in told if one.ids is not None]
    if len(tables) < 2:
        return
    ids = pa.concat_tables(tables)
    repeat = first_repeat(ids["id"].combine_chunks())
    if repeat is not None:
        first, second = (ids["row_number"][place].as_py() for place in repeat)
        raise BadInput(
            f"a different id than row {first} has",
            file=file,
            row=second,
            field="source_row_id",
            got=ids["id"][repeat[1]].as_py(),
        )


def _earliest(found: Iterable[Mapping[_Value, int]]) -> dict[_Value, int]:
    first: dict[_Value, int] = {}
    for rows in found:
        for value, row in rows.items():
            first.setdefault(value, row)
    return first


def _covers_and_extent(
    told: Sequence[Told], clock: Clock, facts: FileFacts
) -> tuple[tuple[Span, ...], frozenset[str], frozenset[str]]:
    """What the export speaks of, and which of the two nobody stated."""
    stated_covers = [one.covers for one in told if one.covers is not None]
    stated_extent = [one.extent for one in told if one.extent is not None]
    assumed = {"covers": not stated_covers, "extent": not stated_extent}
    if any(assumed.values()) and not any(one.rows_kept for one in told):
        raise BadInput(
            "at least one row: an export without rows says nothing about any period",
            file=facts.file,
            got=f"{sum(one.rows_in for one in told)} rows, none of them kept",
        )
    covers = [span for spans in stated_covers for span in spans]
    if assumed["covers"]:
        covers = [_span(clock, bucket) for one in told for bucket in one.buckets]
    extent = frozenset[str]().union(
        *(stated_extent or [frozenset(one.accounts) for one in told]),
    )
    return merge(covers), extent, frozenset(name for name, is_so in assumed.items() if is_so)


def _span(clock: Clock, bucket: date) -> Span:
    if clock == "billing_period":
        return billing_month(bucket)
    return Span(bucket, bucket + timedelta(days=1))


def _added_up(told: Iterable[Told]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for one in told:
        for name, amount in one.sums.items():
            sums[name] = EXACT.add(sums.get(name, Decimal(0)), amount)
    return sums


def _counted(found: Iterable[Mapping[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in found:
        for reason, count in one.items():
            counts[reason] = counts.get(reason, 0) + count
    return counts


def _merged_notes(told: Iterable[Told]) -> list[str]:
    """The notes of the pieces, each once; those that begin with a number are added up."""
    counts: dict[str, int | None] = {}
    for note in (note for one in told for note in one.notes):
        counted = _COUNTED.fullmatch(note)
        text = note if counted is None else counted[2]
        count = None if counted is None else int(counted[1].replace(",", ""))
        before = counts.get(text)
        counts[text] = count if before is None or count is None else before + count
    return [text if count is None else f"{count:,} {text}" for text, count in counts.items()]


def _remarks(told: Sequence[Told], facts: FileFacts) -> Iterator[str]:
    """What was left out, and what was assumed."""
    if any(one.actors_left_out for one in told):
        yield "no key for pseudonyms: who used it is left out"
    left_out = sorted(frozenset[str]().union(*(one.tags_left_out for one in told)))
    if left_out:
        named = ", ".join(left_out[:_NAMED_KEYS])
        more = f" and {len(left_out) - _NAMED_KEYS} more" if len(left_out) > _NAMED_KEYS else ""
        yield f"tags left out, not on the list: {named}{more}"
    if facts.delivered_at is None:
        yield "nobody stated when it was delivered: taken as now"


def _id(delivery: Delivery, told: Iterable[Told]) -> str:
    """Hash of what was delivered and when, so that the same ledger has the same ids anywhere."""
    stated = "" if "delivered_at" in delivery.assumed else delivery.delivered_at.isoformat()
    about = (delivery.source, delivery.reader, delivery.mode, delivery.sha256, stated)
    said = (sorted(delivery.extent), [str(span) for span in delivery.covers])
    digest = hashlib.sha256(repr((about, said)).encode())
    for one in told:
        digest.update(one.digest)
    return digest.hexdigest()[:_ID_DIGITS]
