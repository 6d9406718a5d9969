"""Units of cloud bills: how many of what one quantity is."""

import pytest

from ledger.readers.cloud_units import HOURS, parse_cloud_unit


@pytest.mark.parametrize(
    ("text", "factor", "name"),
    [
        ("1K", 1000, ""),
        ("1M", 1_000_000, ""),
        ("1K Tokens", 1000, "tokens"),
        ("10 Hours", 10, "hours"),
        ("1 GB/Month", 1, "gb/month"),
        ("1 MB", 1, "mb"),
        ("1/Month", 1, "/month"),
        ("1 Month", 1, "month"),
        ("10,000", 10_000, ""),
        ("Million Requests", 1_000_000, "requests"),
        ("Hrs", 1, "hrs"),
    ],
)
def test_a_unit(text: str, factor: int, name: str) -> None:
    unit = parse_cloud_unit(text)
    assert (unit.factor, unit.name) == (factor, name)


def test_hours_of_all_clouds() -> None:
    written = ("1 Hour", "100 Hours", "Hrs", "hour", "h", "1/Hour")
    assert all(parse_cloud_unit(text).name in HOURS for text in written)
