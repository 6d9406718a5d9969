"""The month, quarter or year that contains a day, under any first month of the fiscal year."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ledger.delivery import Span

__all__ = ["PeriodKind", "period_span"]

PeriodKind = Literal["month", "quarter", "year"]

_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}


def period_span(kind: PeriodKind, day: date, *, fiscal_start_month: int = 1) -> Span:
    """Half-open days of the period that contains `day`.

    Quarters and years are counted from the first day of `fiscal_start_month` (1 to 12); a month
    is always a calendar month. The period after a span is `period_span(kind, span.end)`.

    >>> period_span("quarter", date(2026, 10, 20), fiscal_start_month=2)
    Span(start=datetime.date(2026, 8, 1), end=datetime.date(2026, 11, 1))
    """
    if not 1 <= fiscal_start_month <= 12:
        raise ValueError(f"got fiscal_start_month {fiscal_start_month}, wanted 1 to 12")
    length = _MONTHS[kind]
    month = day.year * 12 + day.month - 1
    first = month - (month - (fiscal_start_month - 1)) % length
    return Span(_first_day(first), _first_day(first + length))


def _first_day(month: int) -> date:
    """First day of a month counted from year 0."""
    return date(month // 12, month % 12 + 1, 1)
