"""Distinct combinations and stretches of days, against slow and obvious code."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ledger.contexts import distinct, epochs
from ledger.dated import Dated

texts = st.sampled_from([None, "", "a", "b"])
numbers = st.integers(1, 20)


@given(st.lists(st.tuples(texts, texts, st.integers(0, 3)), max_size=40))
@settings(deadline=None)
def test_rows_are_together_exactly_when_all_their_values_are_equal(
    rows: list[tuple[str | None, str | None, int]],
) -> None:
    first, second, third = zip(*rows, strict=True) if rows else ((), (), ())
    columns: list[pa.ChunkedArray[Any] | NDArray[np.int64]] = [
        pa.chunked_array([pa.array(first, pa.string())]),
        pa.chunked_array([pa.array(second, pa.string())]),
        np.array(third, dtype=np.int64),
    ]
    representatives, which = distinct(columns, len(rows))
    assert [rows[representatives[number]] for number in which] == rows
    assert len(representatives) == len(set(rows))


def test_without_columns_all_rows_are_together() -> None:
    representatives, which = distinct([], 3)
    assert (representatives.tolist(), which.tolist()) == ([0], [0, 0, 0])


@given(st.lists(st.tuples(numbers, numbers), max_size=4))
@settings(deadline=None)
def test_within_a_stretch_of_days_no_rule_changes(spans: list[tuple[int, int]]) -> None:
    rules = [
        Dated(valid_from=date(2026, 10, start), valid_to=date(2026, 10, start + length))
        for start, length in spans
        if start + length <= 31
    ]
    days = [date(2026, 10, number) for number in range(1, 32)]
    stretches = epochs(rules, np.array(days, dtype="datetime64[D]"))
    valid = [tuple(rule.valid_on(day) for rule in rules) for day in days]
    for earlier, later in zip(range(30), range(1, 31), strict=True):
        if stretches[earlier] == stretches[later]:
            assert valid[earlier] == valid[later]
