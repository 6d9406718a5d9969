"""The period, quarter or year of a fiscal calendar that contains a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from journal.fiscal import FiscalCalendar
from ledger.delivery import Span

__all__ = ["PeriodKind", "period_name", "period_span"]

PeriodKind = Literal["month", "quarter", "year"]

_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}
_FORTNIGHT = timedelta(days=14)


def period_span(
    kind: PeriodKind,
    day: date,
    *,
    fiscal_start_month: int = 1,
    calendar: FiscalCalendar | None = None,
) -> Span:
    """Half-open days of the period that contains `day`.

    Quarters and years are counted from the first day of `fiscal_start_month` (1 to 12); a month
    is a calendar month. With a `calendar`, which then says everything, it may be one of weeks:
    a "month" is then one of its twelve periods. The period after a span is
    `period_span(kind, span.end)`.

    >>> period_span("quarter", date(2026, 10, 20), fiscal_start_month=2)
    Span(start=datetime.date(2026, 8, 1), end=datetime.date(2026, 11, 1))
    >>> period_span("month", date(2026, 10, 20), calendar=FiscalCalendar(pattern="4-4-5"))
    Span(start=datetime.date(2026, 9, 27), end=datetime.date(2026, 10, 25))
    """
    if calendar is None:
        if not 1 <= fiscal_start_month <= 12:
            raise ValueError(f"got fiscal_start_month {fiscal_start_month}, wanted 1 to 12")
        calendar = FiscalCalendar(start_month=fiscal_start_month)
    if calendar.pattern != "months":
        return _weeks(kind, day, calendar)
    length = _MONTHS[kind]
    month = day.year * 12 + day.month - 1
    first = month - (month - (calendar.start_month - 1)) % length
    return Span(_first_day(first), _first_day(first + length))


def period_name(kind: PeriodKind, day: date, calendar: FiscalCalendar) -> str:
    """Name of the period of a day: fiscal year, numbered by the year it mostly ends in.

    >>> period_name("quarter", date(2026, 3, 1), FiscalCalendar(start_month=2))
    'FY2027 Q1'
    """
    year = period_span("year", day, calendar=calendar)
    # A year of weeks may end a few days behind its last month, so its last fortnight counts.
    name = f"FY{(year.end - _FORTNIGHT).year}"
    if kind == "year":
        return name
    number, start = 1, year.start
    while day not in period_span(kind, start, calendar=calendar):
        start = period_span(kind, start, calendar=calendar).end
        number += 1
    return f"{name} Q{number}" if kind == "quarter" else f"{name} P{number:02}"


def _weeks(kind: PeriodKind, day: date, calendar: FiscalCalendar) -> Span:
    year = calendar.year_of_weeks(day)
    if kind == "year":
        return year
    periods = calendar.periods_of_weeks(year)
    length = _MONTHS[kind]
    spans = (
        Span(periods[first].start, periods[first + length - 1].end)
        for first in range(0, len(periods), length)
    )
    return next(span for span in spans if day in span)


def _first_day(month: int) -> date:
    """First day of a month counted from year 0."""
    return date(month // 12, month % 12 + 1, 1)
