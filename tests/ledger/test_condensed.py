from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.allocation import AllocationRule
from ledger.condensed import ROWS, condensed
from ledger.costs import cells_under, cost_cells
from ledger.delivery import Delivery, Span
from ledger.groups import MEASURES, exact_sum
from ledger.reference import Reference
from ledger.schema import USAGE_COST
from ledger.store import Ledger
from ledger.view import LedgerView, view_at

MakeRow = Callable[..., dict[str, Any]]
MakeView = Callable[..., LedgerView]

NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)
RULES = (
    AllocationRule(name="by tag", team_from="tags.team"),
    AllocationRule(name="by project", match={"resource_id": ("i-*",)}, team="platform"),
)
REFERENCE = Reference(teams=(), allocation=RULES, aliases=(), basis=(), fx=(), digests={})

counts = st.none() | st.integers(0, 3)
rows_of_a_day = st.fixed_dictionaries(
    {
        "hour": st.integers(0, 47),
        "effective_cost": st.none() | st.decimals(-2, 2, places=12),
        "billed_cost": st.none() | st.decimals(-2, 2, places=2),
        "cost_origin": st.sampled_from(["billed", "gateway"]),
        "raw_model": st.none() | st.sampled_from(["gpt-5", "own"]),
        "tags": st.none() | st.sampled_from(['{"team": "ads"}', '{"team": "search"}']),
        "resource_id": st.none() | st.sampled_from(["i-1", "b-1"]),
        "sku_id": st.none() | st.text(max_size=2),
        "requests": counts,
        "input_tokens_uncached": counts,
        "output_tokens": counts,
        "reasoning_tokens": counts,
        "gpu_hours": st.none() | st.sampled_from([0.5, 0.25]),
    }
)


def _rows(make_row: MakeRow, drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for number, values in enumerate(drawn, start=1):
        start = datetime(2026, 9, 12, tzinfo=UTC) + timedelta(hours=values["hour"])
        own = {name: value for name, value in values.items() if name != "hour"}
        row = make_row(start.date(), row_number=number, **own)
        rows.append({**row, "period_start": start, "period_end": start + timedelta(hours=1)})
    return rows


def _under(view: LedgerView) -> list[dict[str, Any]]:
    """Cells of the rows themselves, none of them added up before."""
    from ledger.allocation import assign_rows  # noqa: PLC0415

    owned = assign_rows(view.rows, RULES, (), valid_on=view.data_as_of.date())
    return list(cells_under(view, REFERENCE, owned, currency="USD").to_pylist())


@settings(max_examples=80, deadline=None)
@given(drawn=st.lists(rows_of_a_day, min_size=1, max_size=12))
def test_cells_of_the_sums_are_the_cells_of_the_rows(
    drawn: list[dict[str, Any]], make_row: MakeRow, make_view: MakeView
) -> None:
    view = make_view(_rows(make_row, drawn))
    cells = cost_cells(view, REFERENCE, allocation="current", currency="USD")
    assert cells.to_pylist() == _under(view)


def test_rows_of_a_day_become_one_that_counts_them(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(date(2026, 9, 12), row_number=number, sku_id=f"s{number}", effective_cost=cost)
        for number, cost in enumerate([Decimal("0.1"), Decimal("0.2"), Decimal(-1)], start=1)
    ]
    view = make_view(rows)
    sums = condensed(view).rows.to_pylist()
    assert sorted((row["effective_cost"], row[ROWS]) for row in sums) == [
        (Decimal(-1), 1),
        (Decimal("0.3"), 2),
    ]
    assert {row["sku_id"] for row in sums} == {None}
    assert condensed(view, ["sku_id"]).rows.num_rows == 3


def test_stored_rows_are_added_up_as_the_view_shows_them(tmp_path: Path, make_row: MakeRow) -> None:
    """Replaced rows are out, and of appended rows with one id the first counts."""
    ledger = Ledger(str(tmp_path))
    day = date(2026, 9, 12)

    def deliver(name: str, mode: Any, hours: int, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401
        table = pa.Table.from_pylist(
            [row | {"delivery_id": name, "clock_bucket": day} for row in rows], schema=USAGE_COST
        )
        ledger.append_rows(name, table)
        at = NOON + timedelta(hours=hours)
        covers = (Span(day, day + timedelta(days=1)),)
        extent = frozenset({"acme"})
        ledger.publish(
            Delivery(
                id=name, source="focus", reader="focus", clock="usage_day", mode=mode,
                extent=extent, covers=covers, delivered_at=at, recorded_at=at, sha256=name,
                file=name, rows=len(rows), sums={},
            )
        )  # fmt: skip

    def rows(*costs: int, ids: str = "") -> list[dict[str, Any]]:
        return [
            make_row(day, row_number=n, effective_cost=Decimal(cost), source_row_id=own or None)
            for n, (cost, own) in enumerate(
                zip(costs, ids or [""] * len(costs), strict=True), start=1
            )
        ]

    deliver("s1", "snapshot", 0, rows(1, 2))
    deliver("s2", "snapshot", 1, rows(10, 20))
    deliver("a1", "append", 2, rows(100, 200, ids="xy"))
    deliver("a2", "append", 3, rows(7, 400, ids="yz"))
    for hours in range(4):
        as_of = NOON + timedelta(hours=hours)
        cells = cost_cells(view_at(ledger, as_of), REFERENCE, allocation="current", currency="USD")
        read = view_at(ledger, as_of).rows
        for name in MEASURES:
            if name in read.column_names:
                assert exact_sum(cells[name]) == exact_sum(read[name]), (hours, name)
        assert exact_sum(cells["rows"]) == read.num_rows
    assert exact_sum(cells["effective_cost"]) == 730
