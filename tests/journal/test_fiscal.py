"""Years of whole weeks: where they end, and where the 53rd week goes."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.fiscal import WEEKDAYS, FiscalCalendar, Weekday, YearEnd


def _slow_end(year: int, month: int, weekday: int, year_end: YearEnd) -> date:
    """Last day of the year whose last month ends before the first of `month`, by trying days."""
    month_end = date(year, month, 1) - timedelta(days=1)
    near = [month_end + timedelta(days=days) for days in range(-6, 7)]
    fitting = [day for day in near if day.weekday() == weekday]
    if year_end == "last":
        return max(day for day in fitting if day <= month_end)
    return min(fitting, key=lambda day: abs(day - month_end))


@given(
    year=st.integers(2000, 2090),
    month=st.integers(1, 12),
    week_ends=st.sampled_from(WEEKDAYS),
    year_end=st.sampled_from(["last", "nearest"]),
)
def test_a_year_ends_where_its_rule_says(
    year: int, month: int, week_ends: Weekday, year_end: YearEnd
) -> None:
    calendar = FiscalCalendar(month, "4-4-5", week_ends, year_end)
    end = _slow_end(year, month, WEEKDAYS.index(week_ends), year_end) + timedelta(days=1)
    assert calendar.year_of_weeks(end - timedelta(days=1)).end == end
    assert calendar.year_of_weeks(end).start == end


@pytest.mark.parametrize(
    ("pattern", "weeks"),
    [
        ("4-4-5", [4, 4, 5] * 4),
        ("4-5-4", [4, 5, 4] * 4),
        ("5-4-4", [5, 4, 4] * 4),
    ],
)
def test_the_last_period_takes_the_53rd_week(pattern: Any, weeks: list[int]) -> None:  # noqa: ANN401
    calendar = FiscalCalendar(10, pattern, "saturday", "last")
    for day, more in ((date(2022, 6, 1), 0), (date(2023, 6, 1), 1)):
        year = calendar.year_of_weeks(day)
        periods = calendar.periods_of_weeks(year)
        assert [(span.end - span.start).days for span in periods] == [
            7 * (number + more * (place == 11)) for place, number in enumerate(weeks)
        ]
        assert (periods[0].start, periods[-1].end) == (year.start, year.end)


@pytest.mark.parametrize(
    "wrong", [{"start_month": 0}, {"pattern": "4-4-4"}, {"week_ends": "Saturday"}]
)
def test_what_is_no_calendar_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="wanted"):
        FiscalCalendar(**wrong)
