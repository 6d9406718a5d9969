from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.delivered import delivered_at_of
from ledger.problems import BadInput


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("in/delivered=2026-10-03/bill.csv", datetime(2026, 10, 3, tzinfo=UTC)),
        ("delivered=2026-10-03T05-00-07Z/a/b.csv", datetime(2026, 10, 3, 5, 0, 7, tzinfo=UTC)),
        ("delivered=2026-10-03/delivered=2026-10-04/b.csv", datetime(2026, 10, 4, tzinfo=UTC)),
        ("in/bill_delivered=2026-10-03.csv", None),
        ("in/bill.csv", None),
    ],
)
def test_the_innermost_path_part_states_it(path: str, expected: datetime | None) -> None:
    assert delivered_at_of(Path(path)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-1-1", "2026-10-03T05:00:00", "2026-10-03T05-00-00"],
)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match="wanted a path part such as delivered=2026-10-03"):
        delivered_at_of(Path(f"in/delivered={text}/bill.csv"))
