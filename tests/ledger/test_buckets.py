from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.buckets import billing_month, bucket_of, buckets_of
from ledger.delivery import Clock, Span

DAYS = st.dates(date(2023, 11, 1), date(2025, 2, 1))
COVERS = st.lists(
    st.tuples(DAYS, st.integers(1, 70)).map(
        lambda pair: Span(pair[0], pair[0] + timedelta(days=pair[1]))
    ),
    max_size=4,
)


@given(COVERS, st.sampled_from(["billing_period", "usage_day"]))
def test_buckets_are_those_of_every_covered_day(covers: list[Span], clock: Clock) -> None:
    expected = {
        bucket_of(clock, span.start + timedelta(days=number))
        for span in covers
        for number in range((span.end - span.start).days)
    }
    assert list(buckets_of(clock, covers)) == sorted(expected)


def test_a_bill_of_december_ends_with_the_year() -> None:
    assert billing_month(date(2026, 12, 1)) == Span(date(2026, 12, 1), date(2027, 1, 1))
    two_months = [Span(date(2026, 12, 1), date(2027, 1, 2))]
    assert list(buckets_of("billing_period", two_months)) == [date(2026, 12, 1), date(2027, 1, 1)]
