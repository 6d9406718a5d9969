"""Buckets become hours and days in UTC; what they cover is whole days, told by the buckets."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.delivery import Span
from ledger.problems import BadInput
from ledger.readers.fields import Field
from ledger.readers.report_buckets import Buckets, buckets_of_report
from ledger.readers.unix_time import parse_unix_seconds
from ledger.schema import UTC as UTC_TYPE

DAY = datetime(2026, 9, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read(*buckets: tuple[datetime, datetime]) -> Buckets:
    starts = pa.array([start for start, _ in buckets], UTC_TYPE)
    ends = pa.array([end for _, end in buckets], UTC_TYPE)
    return buckets_of_report(Field("usage.json", "start_time", starts), starts, ends)


def test_a_day_is_a_day_and_shorter_ones_lie_in_their_hour() -> None:
    minute = timedelta(minutes=1)
    buckets = read(
        (DAY, DAY + 24 * HOUR),
        (DAY + 24 * HOUR, DAY + 25 * HOUR),
        (DAY + 25 * HOUR, DAY + 25 * HOUR + minute),
        (DAY + 25 * HOUR + minute, DAY + 26 * HOUR),
    )
    columns = {name: values.to_pylist() for name, values in buckets.columns.items()}
    hours = [DAY, *(DAY + number * HOUR for number in (24, 25, 25))]
    assert columns["granularity"] == ["day", "hour", "hour", "hour"]
    assert columns["period_start"] == hours
    assert columns["period_end"][0] == DAY + 24 * HOUR
    assert columns["period_end"][2:] == [DAY + 26 * HOUR] * 2
    assert columns["clock_bucket"] == [date(2026, 9, 12)] + [date(2026, 9, 13)] * 3
    assert buckets.covers == (Span(date(2026, 9, 12), date(2026, 9, 14)),)
    assert buckets.notes == ("the report ends within a day, at 2026-09-13 02:00 UTC",)


@given(st.sets(st.integers(0, 30), min_size=1), st.randoms())
def test_whole_days_cover_themselves_in_any_order(days: set[int], random: object) -> None:
    starts = [DAY + day * 24 * HOUR for day in days]
    random.shuffle(starts)  # type: ignore[attr-defined]  # hypothesis types it as object
    buckets = read(*((start, start + 24 * HOUR) for start in starts))
    covered = {day for span in buckets.covers for day in range(31) if _day(day) in span}
    assert covered == days
    assert buckets.notes == ()


def _day(number: int) -> date:
    return (DAY + timedelta(days=number)).date()


@pytest.mark.parametrize(
    ("buckets", "row", "says"),
    [
        ([(DAY, DAY)], 1, "a bucket within one UTC hour"),
        ([(DAY, DAY - HOUR)], 1, "a bucket within one UTC hour"),
        ([(DAY, DAY + 25 * HOUR)], 1, "one UTC day from 00:00"),
        ([(DAY + HOUR, DAY + 24 * HOUR)], 1, "one UTC day from 00:00"),
        ([(DAY + HOUR / 2, DAY + 3 * HOUR / 2)], 1, "a bucket within one UTC hour"),
        ([(DAY, DAY + 24 * HOUR), (DAY, DAY + HOUR)], 1, "do not overlap"),
        ([(DAY, DAY + HOUR), (DAY + 5 * HOUR, DAY + 6 * HOUR)], 2, "00:00 UTC on"),
        ([(DAY + 5 * HOUR, DAY + 6 * HOUR)], 1, "a day is replaced as a whole"),
    ],
)
def test_a_bucket_that_would_take_away_what_it_does_not_tell_is_refused(
    buckets: list[tuple[datetime, datetime]], row: int, says: str
) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        read(*buckets)
    assert (caught.value.row, caught.value.field) == (row, "start_time")


def test_unix_seconds_are_told_from_milliseconds() -> None:
    field = Field("usage.json", "start_time", pa.array(["1789171200", None]))
    assert parse_unix_seconds(field).to_pylist() == [DAY, None]
    for wrong in ("1789171200000", "17891712", "noon", "-1789171200", "1789171200.5"):
        with pytest.raises(BadInput, match="field start_time"):
            parse_unix_seconds(Field("usage.json", "start_time", pa.array([wrong])))
