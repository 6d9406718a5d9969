from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.keys import keys_of

rows = st.lists(
    st.tuples(st.none() | st.sampled_from(["", "a", "b", "é"]), st.none() | st.integers(-2, 2)),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(drawn=rows)
def test_numbers_are_equal_and_ordered_as_the_rows_are(
    drawn: list[tuple[str | None, int | None]],
) -> None:
    columns: list[pa.ChunkedArray[Any]] = [
        pa.chunked_array([pa.array([row[0] for row in drawn], pa.string())]),
        pa.chunked_array(
            [pa.array([None if r[1] is None else Decimal(r[1]) for r in drawn], pa.decimal128(4))]
        ),
    ]
    keys = keys_of(columns, len(drawn)).tolist()

    def plain(row: tuple[str | None, int | None]) -> tuple[object, ...]:
        return (row[0] is None, row[0] or "", row[1] is None, row[1] or 0)

    for one, key in zip(drawn, keys, strict=True):
        for other, another in zip(drawn, keys, strict=True):
            assert (key < another) == (plain(one) < plain(other))


def test_many_columns_of_many_values_do_not_overflow() -> None:
    numbers = np.arange(1000)
    columns = [pa.chunked_array([pa.array(numbers)])] * 12
    assert np.array_equal(np.argsort(keys_of(columns, 1000)), numbers)
