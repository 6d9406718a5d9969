"""Sums per code against a dictionary of lists."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ledger.code_sums import code_sums
from ledger.schema import MONEY

ROWS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.none() | st.decimals(-9, 9, places=3),
        st.none() | st.integers(0, 99),
        st.none() | st.floats(0, 9),
    ),
    max_size=30,
)


@given(ROWS)
def test_every_code_gets_the_sums_of_its_rows(
    rows: list[tuple[int, Decimal | None, int | None, float | None]],
) -> None:
    kinds: dict[str, pa.DataType] = {"money": MONEY, "count": pa.int64(), "hours": pa.float64()}
    values = pa.table(
        {name: pa.array([row[at] for row in rows], kind) for at, (name, kind) in _numbered(kinds)}
    )
    first, sums = code_sums(values, np.array([row[0] for row in rows], np.int64))
    members: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        members.setdefault(row[0], []).append(number)
    assert first.tolist() == [members[code][0] for code in sorted(members)]
    assert sums.schema == values.schema
    for at, (name, _) in _numbered(kinds):
        known = [
            [rows[number][at] for number in members[code] if rows[number][at] is not None]
            for code in sorted(members)
        ]
        wanted = [sum(map(Decimal, part)) if part else None for part in known]  # type: ignore[arg-type]
        got = sums[name].to_pylist()
        assert len(got) == len(wanted)
        for one, other in zip(got, wanted, strict=True):
            assert (one is None) == (other is None)
            assert one is None or other is None or abs(Decimal(one) - other) < Decimal("1e-9")


def _numbered(kinds: dict[str, pa.DataType]) -> list[tuple[int, tuple[str, pa.DataType]]]:
    return list(enumerate(kinds.items(), start=1))
