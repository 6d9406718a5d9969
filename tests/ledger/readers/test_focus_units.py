"""FOCUS units carry a factor."""

import pytest

from ledger.readers.focus_units import Unit, parse_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1000 Tokens", Unit(1000, "tokens")),
        ("Hours", Unit(1, "hours")),
        ("GB-Hours", Unit(1, "gb-hours")),
        (" 100  Hours ", Unit(100, "hours")),
        ("1 Hour", Unit(1, "hour")),
    ],
)
def test_units_of_real_bills(text: str, unit: Unit) -> None:
    assert parse_unit(text) == unit


def test_nothing_is_no_unit() -> None:
    with pytest.raises(ValueError, match="1000 Tokens"):
        parse_unit(" ")
