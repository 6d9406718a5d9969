"""Time buckets of usage reports: hours and days in UTC, and what they cover together.

A later delivery replaces whole days. A report that begins within a day would take away the hours
before, so it is refused with what to ask for instead; one that ends within a day is how the
running day always looks, and is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Span
from ledger.readers.fields import Column, Field
from ledger.spans import merge

__all__ = ["Buckets", "buckets_of_report"]

_HOUR = pa.scalar(timedelta(hours=1), pa.duration("us"))
_DAY = pa.scalar(timedelta(days=1), pa.duration("us"))


@dataclass(frozen=True)
class Buckets:
    """Canonical columns of the periods [rows], the days covered, and what is to be said of them."""

    columns: dict[str, Any]
    covers: tuple[Span, ...]
    notes: tuple[str, ...]


def buckets_of_report(start: Field, starts: Column, ends: Column) -> Buckets:
    """Periods of buckets from `starts` to `ends` [rows], instants in UTC without nulls.

    Buckets up to an hour are booked on their hour, longer ones on their day. Raises BadInput, in
    the field `start`, for the first row whose bucket lies in no single UTC day, overlaps another,
    or begins within a day of which the report does not have what was before.
    """
    hour, day = (pc.floor_temporal(starts, unit=unit) for unit in ("hour", "day"))
    hourly = pc.less_equal(ends, pc.add(hour, _HOUR))
    daily = pc.and_(pc.equal(starts, day), pc.less_equal(ends, pc.add(day, _DAY)))
    sound = pc.and_(pc.or_(hourly, daily), pc.less(starts, ends))
    start.refuse_where(pc.invert(sound), "a bucket within one UTC hour, or one UTC day from 00:00")
    runs = _runs(start, starts, ends)
    period = pc.if_else(hourly, hour, day)
    columns = {
        "period_start": period,
        "period_end": pc.add(period, pc.if_else(hourly, _HOUR, _DAY)),
        "granularity": pc.if_else(hourly, pa.scalar("hour"), pa.scalar("day")),
        "clock_bucket": pc.cast(day, pa.date32()),
    }
    return Buckets(columns, merge(_days(*run) for run in runs), _notes(runs))


def _runs(start: Field, starts: Column, ends: Column) -> list[tuple[datetime, datetime]]:
    """Stretches of time without a gap, in order; each begins at midnight."""
    runs: list[tuple[datetime, datetime]] = []
    buckets: set[tuple[Any, Any]] = set(zip(starts.to_pylist(), ends.to_pylist(), strict=True))
    for begin, end in sorted(buckets):
        if runs and begin < runs[-1][1]:
            same = pc.and_(pc.equal(starts, _instant(begin)), pc.equal(ends, _instant(end)))
            start.refuse_where(same, "buckets that do not overlap")
        if runs and begin == runs[-1][1]:
            runs[-1] = (runs[-1][0], end)
            continue
        if begin != _midnight(begin):
            wanted = "reports from 00:00 UTC on: a day is replaced as a whole"
            start.refuse_where(pc.equal(starts, _instant(begin)), wanted)
        runs.append((begin, end))
    return runs


def _instant(moment: datetime) -> pa.Scalar[Any]:
    return pa.scalar(moment, pa.timestamp("us", tz="UTC"))


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _days(begin: datetime, end: datetime) -> Span:
    last = end - timedelta(microseconds=1)
    return Span(begin.date(), last.date() + timedelta(days=1))


def _notes(runs: Sequence[tuple[datetime, datetime]]) -> tuple[str, ...]:
    return tuple(
        f"the report ends within a day, at {end:%Y-%m-%d %H:%M} UTC"
        for _, end in runs
        if end != _midnight(end)
    )
