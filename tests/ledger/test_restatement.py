from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from ledger.cells import CELLS
from ledger.delivery import Span
from ledger.restatement import Restated, restatement
from ledger.view import Covered

D1, D2, D3 = (date(2026, 9, day) for day in (1, 2, 3))
COVERED = [
    Covered("focus", "acme", "usage_day", (Span(D1, D3),), datetime(2026, 9, 3, tzinfo=UTC)),
]


def _cells(*rows: tuple[date, str, str | None], account: str = "acme") -> pa.Table:
    defaults = {
        field.name: {pa.string(): "x", pa.bool_(): False, pa.int64(): 1}.get(field.type)
        for field in CELLS
    }
    return pa.Table.from_pylist(
        [
            {
                **defaults,
                "day": day,
                "source": "focus",
                "account": account,
                "team": team,
                "model": "gpt-5",
                "currency": "USD",
                "effective_cost": None if cost is None else Decimal(cost),
                "billed_cost": Decimal(1),
            }
            for day, team, cost in rows
        ],
        schema=CELLS,
    )


def test_it_tells_what_changed_what_arrived_and_what_went() -> None:
    before = _cells((D1, "ads", "1.5"), (D1, "search", "2"), (D2, "ads", "3"))
    after = _cells(
        (D1, "ads", "1"),
        (D1, "ads", "0.25"),
        (D2, "ads", "3"),
        (D2, "fraud", "4"),
        (D3, "ads", "9"),
    )
    changes = restatement(before, after, COVERED)
    told = [(one.day, one.team, one.kind, one.before, one.after, one.change) for one in changes]
    dec = Decimal
    assert told == [
        (D1, "ads", "restated", dec("1.5"), dec("1.25"), dec("-0.25")),
        (D1, "search", "restated", dec(2), None, dec(-2)),
        (D2, "fraud", "restated", None, dec(4), dec(4)),
        (D3, "ads", "arrived", None, dec(9), dec(9)),
    ]
    assert sum((one.change for one in changes), dec(0)) == dec("17.25") - dec("6.5")


def test_nothing_changed_is_an_empty_list_and_unknown_is_not_zero() -> None:
    cells = _cells((D1, "ads", None))
    assert restatement(cells, cells, COVERED) == []
    (one,) = restatement(cells, _cells((D1, "ads", "0")), COVERED)
    assert isinstance(one, Restated)
    assert (one.before, one.after, one.change) == (None, Decimal(0), Decimal(0))


def test_a_day_that_one_account_had_not_spoken_of_arrives_beside_one_that_had() -> None:
    before = _cells((D1, "ads", "2"))
    after = pa.concat_tables([_cells((D1, "ads", "3")), _cells((D1, "ads", "5"), account="new")])
    told = [(one.kind, one.change) for one in restatement(before, after, COVERED)]
    assert sorted(told) == [("arrived", Decimal(5)), ("restated", Decimal(1))]


def test_cash_is_told_apart_from_accrual() -> None:
    before, after = _cells((D1, "ads", "1")), _cells((D1, "ads", "2"))
    assert restatement(before, after, COVERED, measure="billed_cost") == []
    with pytest.raises(ValueError, match="wanted one of"):
        restatement(before, after, COVERED, measure="list_cost")  # type: ignore[arg-type]  # refused
