from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.periods import PeriodKind, period_name, period_span
from journal.fiscal import PATTERNS, WEEKDAYS, FiscalCalendar, Pattern, Weekday, YearEnd
from ledger.delivery import Span

KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")


def test_periods_of_the_calendar_year() -> None:
    day = date(2026, 10, 20)
    assert period_span("month", day) == Span(date(2026, 10, 1), date(2026, 11, 1))
    assert period_span("quarter", day) == Span(date(2026, 10, 1), date(2027, 1, 1))
    assert period_span("year", day) == Span(date(2026, 1, 1), date(2027, 1, 1))


def test_a_fiscal_year_from_february_shifts_quarters_and_years_but_not_months() -> None:
    day = date(2026, 1, 31)
    assert period_span("month", day, fiscal_start_month=2).start == date(2026, 1, 1)
    assert period_span("quarter", day, fiscal_start_month=2) == Span(
        date(2025, 11, 1), date(2026, 2, 1)
    )
    assert period_span("year", day, fiscal_start_month=2) == Span(
        date(2025, 2, 1), date(2026, 2, 1)
    )


@given(
    kind=st.sampled_from(KINDS),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    start=st.integers(1, 12),
)
def test_periods_contain_their_day_and_tile_the_calendar(
    kind: PeriodKind, day: date, start: int
) -> None:
    span = period_span(kind, day, fiscal_start_month=start)
    assert day in span
    assert period_span(kind, span.end - timedelta(days=1), fiscal_start_month=start) == span
    assert period_span(kind, span.end, fiscal_start_month=start).start == span.end
    if kind != "month":
        assert (span.start.month - start) % (3 if kind == "quarter" else 12) == 0


@pytest.mark.parametrize("month", [0, 13])
def test_a_month_that_does_not_exist_is_refused(month: int) -> None:
    with pytest.raises(ValueError, match="wanted 1 to 12"):
        period_span("year", date(2026, 1, 1), fiscal_start_month=month)


RETAIL = FiscalCalendar(start_month=2, pattern="4-5-4", week_ends="saturday", year_end="nearest")


@pytest.mark.parametrize(
    ("kind", "day", "start", "end"),
    [
        # The calendar of the National Retail Federation: 2023 had a 53rd week, in January.
        ("year", date(2023, 6, 1), date(2023, 1, 29), date(2024, 2, 4)),
        ("year", date(2024, 2, 4), date(2024, 2, 4), date(2025, 2, 2)),
        ("quarter", date(2024, 2, 3), date(2023, 10, 29), date(2024, 2, 4)),
        ("month", date(2024, 2, 3), date(2023, 12, 31), date(2024, 2, 4)),
        ("month", date(2023, 3, 1), date(2023, 2, 26), date(2023, 4, 2)),
    ],
)
def test_periods_of_weeks(kind: PeriodKind, day: date, start: date, end: date) -> None:
    assert period_span(kind, day, calendar=RETAIL) == Span(start, end)


@given(
    kind=st.sampled_from(KINDS),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    start=st.integers(1, 12),
    pattern=st.sampled_from(PATTERNS),
    week_ends=st.sampled_from(WEEKDAYS),
    year_end=st.sampled_from(["last", "nearest"]),
)
def test_periods_of_any_calendar_contain_their_day_and_tile_time(
    kind: PeriodKind,
    day: date,
    start: int,
    pattern: Pattern,
    week_ends: Weekday,
    year_end: YearEnd,
) -> None:
    calendar = FiscalCalendar(start, pattern, week_ends, year_end)
    span = period_span(kind, day, calendar=calendar)
    assert day in span
    assert period_span(kind, span.end - timedelta(days=1), calendar=calendar) == span
    assert period_span(kind, span.end, calendar=calendar).start == span.end
    year = period_span("year", day, calendar=calendar)
    assert year.start <= span.start < span.end <= year.end
    if pattern != "months":
        assert (year.end - timedelta(days=1)).weekday() == WEEKDAYS.index(week_ends)
        assert (year.end - year.start).days in {52 * 7, 53 * 7}
        assert (span.end - span.start).days % 7 == 0


def test_a_calendar_of_months_is_a_fiscal_start_month() -> None:
    day = date(2026, 1, 31)
    for kind in KINDS:
        assert period_span(kind, day, calendar=FiscalCalendar(start_month=4)) == period_span(
            kind, day, fiscal_start_month=4
        )


@pytest.mark.parametrize(
    ("kind", "day", "calendar", "name"),
    [
        ("year", date(2026, 10, 20), FiscalCalendar(), "FY2026"),
        ("month", date(2026, 10, 20), FiscalCalendar(), "FY2026 P10"),
        ("quarter", date(2026, 10, 20), FiscalCalendar(start_month=10), "FY2027 Q1"),
        ("month", date(2024, 2, 3), RETAIL, "FY2024 P12"),
        ("year", date(2026, 12, 27), FiscalCalendar(pattern="4-4-5"), "FY2027"),
    ],
)
def test_names_of_periods(kind: PeriodKind, day: date, calendar: FiscalCalendar, name: str) -> None:
    assert period_name(kind, day, calendar) == name
