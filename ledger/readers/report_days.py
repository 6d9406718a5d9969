"""Days of reports that name dates, not times: each is the UTC day of that date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.fields import Column, Field
from ledger.readers.instants import parse_instants

__all__ = ["day_periods"]

_DAY = pa.scalar(timedelta(days=1), pa.duration("us"))


def day_periods(dates: Field) -> dict[str, Any]:
    """Canonical columns of the periods of dates [rows]; raises BadInput for a time of day."""
    start: Column = parse_instants(dates.required()).values
    within = pc.not_equal(start, pc.floor_temporal(start, unit="day"))
    dates.refuse_where(within, "a date such as 2026-09-12")
    return {
        "period_start": start,
        "period_end": pc.add(start, _DAY),
        "granularity": "day",
        "clock_bucket": pc.cast(start, pa.date32()),
    }
