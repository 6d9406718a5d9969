"""Time in the world: UTC days, and the mornings on which the sources deliver."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DAYS",
    "DAYS_COUNT",
    "FIRST_DAY",
    "LAST_DAY",
    "LAST_DELIVERY",
    "date_at",
    "delivered_at",
    "index_of",
    "month_after",
    "month_of",
]

#: First day of use; the accounts were opened on it.
FIRST_DAY = date(2025, 4, 20)
#: Last day of use.
LAST_DAY = date(2026, 10, 19)
#: Morning of the last delivery: it tells the first part of `LAST_DAY`.
LAST_DELIVERY = LAST_DAY + timedelta(days=1)
#: Sources deliver at five in the morning, UTC.
_DELIVERY_TIME = time(5, tzinfo=UTC)

DAYS_COUNT = (LAST_DAY - FIRST_DAY).days + 1
#: [T] every day of use, datetime64[D].
DAYS: NDArray[np.datetime64] = np.datetime64(FIRST_DAY, "D") + np.arange(DAYS_COUNT)


def index_of(day: date) -> int:
    """Column of a day in every [.., T] array; days outside the world are out of range."""
    return (day - FIRST_DAY).days


def date_at(index: int) -> date:
    """Inverse of `index_of`."""
    return FIRST_DAY + timedelta(days=index)


def delivered_at(day: date) -> datetime:
    """When the sources deliver on the morning of a day (aware UTC)."""
    return datetime.combine(day, _DELIVERY_TIME)


def month_of(day: date) -> date:
    """First day of the month, which is the billing period."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """First day of the month after the one that starts at `month`."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
