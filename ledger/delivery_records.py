"""Deliveries as rows of the table `deliveries`, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

import pyarrow as pa

from ledger import schema
from ledger.delivery import Delivery, Span

__all__ = ["DELIVERIES", "from_records", "to_record"]

_SPAN = pa.struct([("start", pa.date32()), ("end", pa.date32())])
_SUM = pa.struct([("of", pa.string()), ("amount", schema.MONEY)])

_FIELDS: list[tuple[str, pa.DataType]] = [
    ("format_version", pa.int64()),  # of the rows that the delivery publishes
    ("id", pa.string()),
    ("source", pa.string()),
    ("reader", pa.string()),
    ("clock", pa.string()),
    ("mode", pa.string()),
    ("extent", pa.list_(pa.string())),
    ("covers", pa.list_(_SPAN)),
    ("delivered_at", schema.UTC),
    ("recorded_at", schema.UTC),
    ("sha256", pa.string()),
    ("file", pa.string()),
    ("rows", pa.int64()),
    ("sums", pa.list_(_SUM)),
    ("assumed", pa.list_(pa.string())),
]
DELIVERIES = pa.schema(_FIELDS)

_PLAIN = ("id", "source", "reader", "clock", "mode", "sha256", "file", "rows")


def to_record(delivery: Delivery) -> dict[str, Any]:
    """The delivery as a row of `DELIVERIES`, in the format version of this code."""
    return {name: getattr(delivery, name) for name in _PLAIN} | {
        "format_version": schema.FORMAT_VERSION,
        "extent": sorted(delivery.extent),
        "covers": [{"start": span.start, "end": span.end} for span in delivery.covers],
        "delivered_at": delivery.delivered_at.astimezone(UTC),
        "recorded_at": delivery.recorded_at.astimezone(UTC),
        "sums": [{"of": of, "amount": amount} for of, amount in sorted(delivery.sums.items())],
        "assumed": sorted(delivery.assumed),
    }


def from_records(records: Iterable[Mapping[str, Any]]) -> list[Delivery]:
    """Deliveries of rows of `DELIVERIES`, earliest recorded first."""
    found = [
        Delivery(
            **{name: record[name] for name in _PLAIN},
            extent=frozenset(record["extent"]),
            covers=tuple(Span(span["start"], span["end"]) for span in record["covers"]),
            delivered_at=record["delivered_at"].astimezone(UTC),
            recorded_at=record["recorded_at"].astimezone(UTC),
            sums={one["of"]: one["amount"] for one in record["sums"]},
            assumed=frozenset(record["assumed"]),
        )
        for record in records
    ]
    return sorted(found, key=lambda one: (one.recorded_at, one.id))
