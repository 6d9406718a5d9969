"""Times become instants in UTC; those without a zone are counted."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.problems import BadInput
from ledger.readers.fields import Field
from ledger.readers.instants import parse_instants


def field(*texts: str | None) -> Field:
    return Field("bill.csv", "ChargePeriodStart", pa.array(texts, pa.string()))


@pytest.mark.parametrize(
    ("text", "moment", "local"),
    [
        ("2026-09-12T01:02:03Z", datetime(2026, 9, 12, 1, 2, 3, tzinfo=UTC), 0),
        ("2026-09-12 01:02:03", datetime(2026, 9, 12, 1, 2, 3, tzinfo=UTC), 1),
        ("2026-09-12", datetime(2026, 9, 12, tzinfo=UTC), 1),
        ("2026-09-12T01:02", datetime(2026, 9, 12, 1, 2, tzinfo=UTC), 1),
        ("2026-09-12T01:02:03.25+02:00", datetime(2026, 9, 11, 23, 2, 3, 250000, tzinfo=UTC), 0),
        ("2026-09-12 01:02:03 +0000", datetime(2026, 9, 12, 1, 2, 3, tzinfo=UTC), 0),
        ("2026-09-12 01:02:03-05", datetime(2026, 9, 12, 6, 2, 3, tzinfo=UTC), 0),
    ],
)
def test_iso_times_of_exports(text: str, moment: datetime, local: int) -> None:
    found = parse_instants(field(text, None))
    assert found.values.to_pylist() == [moment, None]
    assert found.without_zone == local


@pytest.mark.parametrize(
    "text", ["5/1/25", "2026-13-01", "20260901", "2026-W10-1", "yesterday", "1757635200"]
)
def test_what_is_no_time_is_refused_with_its_row(text: str) -> None:
    with pytest.raises(BadInput, match=r"bill\.csv, row 2, field ChargePeriodStart"):
        parse_instants(field("2026-09-12", text))


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(
    st.datetimes(timezones=OFFSETS, allow_imaginary=False).filter(lambda t: 1971 < t.year < 2200)
)
def test_any_written_instant_comes_back(moment: datetime) -> None:
    assert parse_instants(field(moment.isoformat())).values.to_pylist() == [moment]


def test_a_zone_and_a_format_can_be_stated() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = parse_instants(field("01.07.2026 00:00"), zone=berlin, date_format="%d.%m.%Y %H:%M")
    assert found.values.to_pylist() == [datetime(2026, 6, 30, 22, tzinfo=UTC)]
    assert found.without_zone == 1
    zoned = parse_instants(field("01.07.2026 +0200"), date_format="%d.%m.%Y %z")
    assert (zoned.values.to_pylist(), zoned.without_zone) == (found.values.to_pylist(), 0)


def test_types_of_parquet() -> None:
    noon = datetime(2026, 9, 12, 12, tzinfo=UTC)
    for kind, local in ((pa.timestamp("ns", tz="Asia/Tokyo"), 0), (pa.timestamp("ms"), 1)):
        value = noon if local == 0 else noon.replace(tzinfo=None)
        found = parse_instants(Field("f", "t", pa.array([value], kind)))
        assert (found.values.to_pylist(), found.without_zone) == ([noon], local)
    days = parse_instants(Field("f", "t", pa.array([date(2026, 9, 12)])))
    assert days.values.to_pylist() == [datetime(2026, 9, 12, tzinfo=UTC)]
