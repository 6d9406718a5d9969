"""Fiscal calendars: a year that starts in another month, or one of whole weeks (4-4-5 and kin)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ledger.delivery import Span

__all__ = ["PATTERNS", "WEEKDAYS", "FiscalCalendar", "Pattern", "Weekday", "YearEnd"]

#: "months": periods are calendar months; else the weeks of the three periods of every quarter.
Pattern = Literal["months", "4-4-5", "4-5-4", "5-4-4"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
#: Which of the weekday ends a year of weeks: the last one of the month, or the nearest to its end.
YearEnd = Literal["last", "nearest"]

PATTERNS: tuple[Pattern, ...] = ("months", "4-4-5", "4-5-4", "5-4-4")
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_WEEKS_OF_A_QUARTER = 13
_QUARTERS = 4


@dataclass(frozen=True)
class FiscalCalendar:
    """How a company cuts its years into quarters and periods.

    Parameters
    ----------
    start_month
        Month (1 to 12) in which the year begins; a year of weeks ends around the end of the month
        before.
    pattern
        Calendar months, or weeks of the three periods of each quarter.
    week_ends, year_end
        Of a year of weeks only: it ends on the last such weekday of its last month, or on the one
        nearest to the end of that month (the 4-5-4 calendar of US retail: start_month 2,
        "saturday", "nearest"). A year has 52 weeks or 53; the 53rd is in its last period.
    """

    start_month: int = 1
    pattern: Pattern = "months"
    week_ends: Weekday = "saturday"
    year_end: YearEnd = "last"

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= 12:
            raise ValueError(f"got start_month {self.start_month}, wanted 1 to 12")
        if self.pattern not in PATTERNS:
            raise ValueError(f"got pattern {self.pattern!r}, wanted one of {', '.join(PATTERNS)}")
        if self.week_ends not in WEEKDAYS:
            wanted = ", ".join(WEEKDAYS)
            raise ValueError(f"got week_ends {self.week_ends!r}, wanted one of {wanted}")

    def year_of_weeks(self, day: date) -> Span:
        """The fiscal year of 52 or 53 whole weeks that contains a day."""
        # The first day of a year is at most a week away from the first day of its start month.
        year = day.year + 1 if day.month >= self.start_month else day.year
        while self._start(year) > day:
            year -= 1
        while self._start(year + 1) <= day:
            year += 1
        return Span(self._start(year), self._start(year + 1))

    def periods_of_weeks(self, year: Span) -> tuple[Span, ...]:
        """The twelve periods of a year of weeks; the last takes what 52 weeks leave over."""
        lengths = [int(weeks) for weeks in self.pattern.split("-")] * _QUARTERS
        lengths[-1] += (year.end - year.start) // _WEEK - _QUARTERS * _WEEKS_OF_A_QUARTER
        spans, start = [], year.start
        for weeks in lengths:
            spans.append(Span(start, start + weeks * _WEEK))
            start = spans[-1].end
        return tuple(spans)

    def _start(self, year: int) -> date:
        """First day of the year of weeks that begins around the start month of a calendar year."""
        month_end = date(year, self.start_month, 1) - _DAY
        after = (month_end.weekday() - WEEKDAYS.index(self.week_ends)) % 7
        # The weekday is `after` days before the month's end, and so 7 - after days behind it.
        if self.year_end == "nearest" and after > 7 - after:
            after -= 7
        return month_end - timedelta(days=after) + _DAY
