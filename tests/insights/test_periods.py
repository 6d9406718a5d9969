from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.periods import PeriodKind, period_span
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
