"""What must hold before a delivery is published; each failure is a BadInput with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ledger.buckets import buckets_of
from ledger.delivery import Clock, Delivery, Span
from ledger.problems import BadInput
from ledger.readers.contract import Reading
from ledger.visible import cells_of

__all__ = ["check_accounted", "check_no_rival", "check_not_ahead", "check_within"]

#: A zone may be this far ahead of UTC, so a report may hold a day that has not begun there.
_ZONE_SLACK = timedelta(days=1)


def check_accounted(reading: Reading, file: str) -> None:
    """Every row of the file is kept or reported."""
    told = reading.rows.num_rows + reading.merged + sum(reading.reported.values())
    if told != reading.rows_in:
        raise BadInput(f"every one of {reading.rows_in} rows kept or reported", file=file, got=told)


def check_within(
    buckets: Mapping[date, int],
    accounts: Mapping[str, int],
    clock: Clock,
    covers: Iterable[Span],
    extent: frozenset[str],
    file: str,
) -> None:
    """No row lies outside `covers` and `extent`: the view asks these alone, it would never show.

    `buckets` and `accounts` are those of the rows, each with the first row that has it.
    """
    stated: Mapping[str, tuple[Mapping[Any, int], Collection[object]]] = {
        "clock_bucket": (buckets, set(buckets_of(clock, covers))),
        "account": (accounts, extent),
    }
    for name, (found, inside) in stated.items():
        for value, row in found.items():
            if value not in inside:
                raise BadInput(
                    "one of the periods and accounts that the export says it covers",
                    file=file,
                    row=row,
                    field=name,
                    got=str(value),
                )


def check_not_ahead(
    buckets: Mapping[date, int], clock: Clock, delivered_at: datetime, file: str
) -> None:
    """No use after its delivery: a view as of T would see what happened after T.

    Bills may list periods that have not begun, such as prepaid months.
    """
    last = max(buckets, default=None)
    if clock == "usage_day" and last is not None and last > (delivered_at + _ZONE_SLACK).date():
        raise BadInput(
            f"use before its delivery at {delivered_at.isoformat()}",
            file=file,
            row=buckets[last],
            field="clock_bucket",
            got=str(last),
        )


def check_no_rival(delivery: Delivery, known: Iterable[Delivery]) -> None:
    """Nothing else tells of the same cells in a way that would lose money or count it twice."""
    cells = set(cells_of(delivery))
    for other in known:
        rivalry = _rivalry(delivery, other) if other.source == delivery.source else None
        shared = sorted(cells.intersection(cells_of(other))) if rivalry else []
        if shared:
            source, account, bucket = shared[0]
            raise BadInput(
                f"{rivalry}: {other.file} ({other.reader}), delivered "
                f"{other.delivered_at.isoformat()}, tells of {source}, account {account}, "
                f"{bucket} too",
                file=delivery.file,
            )


def _rivalry(one: Delivery, other: Delivery) -> str | None:
    """What is wanted instead of both telling of one cell, None where that is in order."""
    if one.mode == other.mode:
        # Of two snapshots at one time neither is the later; appends add up and know their rows.
        tied = one.mode == "snapshot" and one.delivered_at == other.delivered_at
        return "one file per source, account and period in a delivery" if tied else None
    snapshot, append = (one, other) if one.mode == "snapshot" else (other, one)
    twice = one.reader != other.reader and append.delivered_at >= snapshot.delivered_at
    return "one format per source, account and period: both count the same use" if twice else None
