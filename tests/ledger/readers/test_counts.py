"""Counts are whole and not negative."""

import pyarrow as pa
import pytest

from ledger.problems import BadInput
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Field


def test_counts_are_whole_numbers_however_written() -> None:
    values = pa.array(["12", "12.0", "1e3", None, "0", "9007199254740993"])
    expected = [12, 12, 1000, None, 0, 9007199254740993]
    assert parse_counts(Field("f", "n", values)).to_pylist() == expected
    floats = pa.array([3.0, float("nan")])
    assert parse_counts(Field("f", "n", floats)).to_pylist() == [3, None]


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "1e30", "NaN"])
def test_what_is_no_count_is_refused_with_its_row(text: str) -> None:
    with pytest.raises(BadInput, match="f, row 2, field n"):
        parse_counts(Field("f", "n", pa.array(["1", text])))
