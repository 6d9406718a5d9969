from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.readers.row_ends import end_of_rows, well_quoted

CELLS = st.text(alphabet='ab",\n\r ', max_size=6)


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6),
    cut=st.floats(0, 1),
)
def test_a_block_is_cut_behind_a_whole_row(rows: list[list[str]], cut: float) -> None:
    data = _written(rows)
    block = data[: int(len(data) * cut)]
    end = end_of_rows(block)
    whole = [_written([row]) for row in rows]
    ends = {0, *(sum(map(len, whole[: number + 1])) for number in range(len(whole)))}
    assert end in ends
    assert end == max(one for one in ends if one <= len(block))
    assert well_quoted(data[:end])


@pytest.mark.parametrize("row", [b'1,19" rack\n', b'1,"a" b\n', b'1, "a"\n', b'1,"a\n'])
def test_quotes_that_rfc_4180_does_not_allow_are_seen(row: bytes) -> None:
    assert not well_quoted(row)
