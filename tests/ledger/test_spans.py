from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ledger.delivery import Span
from ledger.spans import merge

FIRST = date(2026, 1, 1)
SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 10)).map(
        lambda pair: Span(
            FIRST + timedelta(days=pair[0]), FIRST + timedelta(days=pair[0] + pair[1])
        )
    ),
    max_size=8,
)


def _days(spans: list[Span] | tuple[Span, ...]) -> set[date]:
    days = [FIRST + timedelta(days=number) for number in range(60)]
    return {day for day in days if any(day in span for span in spans)}


@given(SPANS)
def test_merged_spans_hold_the_same_days_with_gaps_between(spans: list[Span]) -> None:
    merged = merge(spans)
    assert _days(merged) == _days(spans)
    assert all(left.end < right.start for left, right in pairwise(merged))


def test_no_spans_are_no_spans() -> None:
    assert merge([]) == ()
