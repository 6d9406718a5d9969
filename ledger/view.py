"""The ledger as of T: which rows stand, once later deliveries have replaced earlier ones.

Per (source, account, clock bucket) the view shows the latest snapshot with `delivered_at <= T`
plus every append delivered after it. A snapshot replaces every bucket of its `covers` for every
account of its `extent`, also where it has no row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from ledger.delivery import Clock, Delivery, Span
from ledger.problems import BadInput
from ledger.spans import merge
from ledger.store import Ledger
from ledger.stored_rows import StoredRows
from ledger.visible import Cell, shown_in_cells

__all__ = ["Covered", "LedgerView", "known_at", "spoken_of", "view_at"]

_ROWS, _READ = "_rows", "_rows_read"


@dataclass(frozen=True)
class Covered:
    """What one source covers for one account.

    `spans` are merged half-open UTC days; those of a bill end at the day of its delivery, because
    a bill of October delivered on the 9th says nothing about the 10th. They are empty where a bill
    has only begun.
    """

    source: str
    account: str
    clock: Clock
    spans: tuple[Span, ...]
    delivered_at: datetime


class _WhenAsked:
    """The attribute `rows` of a view: a table, or stored rows that become one when asked for."""

    def __set__(self, view: LedgerView, rows: pa.Table | StoredRows) -> None:
        view.__dict__[_ROWS] = rows

    def __get__(self, view: LedgerView | None, _kind: type[LedgerView]) -> pa.Table:
        if view is None:
            raise AttributeError("rows")  # so that the dataclass sees no default
        rows = _given(view)
        if isinstance(rows, pa.Table):
            return rows
        if _READ not in view.__dict__:
            view.__dict__[_READ] = rows.table()
        read: pa.Table = view.__dict__[_READ]
        return read


def _given(view: LedgerView) -> pa.Table | StoredRows:
    rows: pa.Table | StoredRows = view.__dict__[_ROWS]
    return rows


@dataclass(frozen=True)
class LedgerView:
    """What was known at `data_as_of` (aware UTC).

    `rows` are the visible rows of `usage_cost`, sorted by source, account, period, delivery and
    row number, read when they are first asked for; `pieces` reads a few of their columns,
    without holding all rows. `deliveries` are those with at least one visible bucket; `digest`
    identifies the content of the view: equal digests mean equal rows.
    """

    if TYPE_CHECKING:
        rows: pa.Table
    else:
        rows: pa.Table = _WhenAsked()
    data_as_of: datetime
    recorded_by: datetime | None
    deliveries: tuple[Delivery, ...]
    covered: tuple[Covered, ...]
    digest: str

    def pieces(self, columns: Collection[str]) -> Iterator[Callable[[], pa.Table]]:
        """What reads these columns of all rows, some at a time, in any thread and in no order.

        Text may be dictionary-encoded.
        """
        given = _given(self)
        if isinstance(given, pa.Table):
            yield lambda: given.select(sorted(columns))
        else:
            yield from given.pieces(columns)


def view_at(ledger: Ledger, as_of: datetime, *, recorded_by: datetime | None = None) -> LedgerView:
    """View as of T.

    Parameters
    ----------
    as_of
        T, aware UTC: only deliveries with `delivered_at <= T` count.
    recorded_by
        What an auditor asks: only what had also been recorded here by then.
    """
    known = known_at(ledger, as_of, recorded_by=recorded_by)
    shown = shown_in_cells(known)
    used = {delivery_id for ids in shown.values() for delivery_id in ids}
    shown_deliveries = tuple(delivery for delivery in known if delivery.id in used)
    return LedgerView(
        rows=cast(pa.Table, StoredRows(ledger, shown, known)),  # a table when asked for
        data_as_of=as_of,
        recorded_by=recorded_by,
        deliveries=shown_deliveries,
        covered=_covered(known),
        digest=_digest(shown, known),
    )


def known_at(
    ledger: Ledger, as_of: datetime, *, recorded_by: datetime | None = None
) -> list[Delivery]:
    """Deliveries known at T, in the order of delivery.

    Raises ValueError for times without zone, BadInput for a T of before the retention.
    """
    for time in (as_of, recorded_by):
        if time is not None and time.tzinfo is None:
            raise ValueError(f"got {time}, wanted a time with a zone")
    retained = ledger.retained_since()
    asked = as_of if recorded_by is None else min(as_of, recorded_by)
    if retained is not None and asked < retained:
        raise BadInput(
            f"a time from {retained.isoformat()} on: what was delivered before and replaced by "
            "then is no longer kept (costcast ledger retain)",
            file=ledger.uri,
            got=asked.isoformat(),
        )
    return [
        delivery
        for delivery in ledger.deliveries()
        if delivery.delivered_at <= as_of
        and (recorded_by is None or delivery.recorded_at <= recorded_by)
    ]


def _covered(known: Iterable[Delivery]) -> tuple[Covered, ...]:
    """Union of what the snapshots and appends cover, per source and account."""
    found: dict[tuple[str, str, Clock], tuple[list[Span], datetime]] = {}
    for delivery in known:
        for account in delivery.extent:
            key = (delivery.source, account, delivery.clock)
            earlier = found[key][0] if key in found else []
            found[key] = (earlier + spoken_of(delivery), delivery.delivered_at)
    return tuple(
        Covered(source, account, clock, merge(spans), delivered_at)
        for (source, account, clock), (spans, delivered_at) in sorted(found.items())
    )


def spoken_of(delivery: Delivery) -> list[Span]:
    """The part of `covers` that the delivery can know about."""
    # A bill is written some time after the use it lists; a report may hold the day that runs.
    day = delivery.delivered_at.date()
    end = day if delivery.clock == "billing_period" else day + timedelta(days=1)
    return [Span(span.start, min(span.end, end)) for span in delivery.covers if span.start < end]


def _digest(shown: dict[Cell, list[str]], known: Iterable[Delivery]) -> str:
    """SHA-256 over what shows where, and the order of appends, of which the first counts.

    A delivery's id is a hash of its rows, so equal digests mean equal rows.
    """
    appends = [delivery.id for delivery in known if delivery.mode == "append"]
    digest = hashlib.sha256("\n".join(appends).encode())
    for (source, account, bucket), ids in sorted(shown.items()):
        digest.update(repr((source, account, bucket.isoformat(), ids)).encode())
    return digest.hexdigest()
