"""Periods of bills: from two columns of times, in UTC, hourly or daily."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.fields import Field
from ledger.readers.instants import parse_instants
from ledger.readers.masks import how_many

__all__ = ["billed_periods"]

_HOUR = pa.scalar(timedelta(hours=1), pa.duration("us"))
_DAY = pa.scalar(timedelta(days=1), pa.duration("us"))


def billed_periods(start: Field, end: Field) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Columns `period_start`, `period_end` and `granularity`, and what is to be said of them.

    Fees and taxes that some clouds write with one time twice are booked on its hour; charges of
    more than a day, such as monthly fees, on their first day. Times without a zone are UTC, as
    the clouds document. Raises BadInput where an end lies before its start.
    """
    first, last = parse_instants(start).values, parse_instants(end).values
    end.refuse_where(pc.less(last, first), f"a time not before {start.name}")
    last = pc.if_else(pc.equal(first, last), pc.add(first, _HOUR), last)
    length = pc.subtract(last, first)
    longer = how_many(pc.greater(length, _DAY))
    note = f"{longer:,} charges of more than a day are booked on their first day"
    hourly = pc.less_equal(length, _HOUR)
    return {
        "period_start": first,
        "period_end": last,
        "granularity": pc.if_else(hourly, pa.scalar("hour"), pa.scalar("day")),
    }, (note,) if longer else ()
