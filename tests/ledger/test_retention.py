"""Retention and compaction: views that may still be asked for stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.compaction import compact
from ledger.delivery import Delivery, DeliveryMode, Span
from ledger.problems import BadInput
from ledger.retention import FEWEST_DAYS, retain, superseded
from ledger.schema import FORMAT_VERSION, USAGE_COST
from ledger.store import Ledger
from ledger.view import view_at
from ledger.visible import shown_in_cells

MakeRow = Callable[..., dict[str, Any]]

FIRST = date(2026, 1, 1)
START = datetime(2026, 1, 10, tzinfo=UTC)
NOW = START + timedelta(days=FEWEST_DAYS + 30)


def _delivery(
    number: int, first: int, days: int, *, mode: DeliveryMode = "snapshot", late: int = 0
) -> Delivery:
    start = FIRST + timedelta(days=first)
    at = START + timedelta(days=number)
    return Delivery(
        id=f"d{number}",
        source="focus",
        reader="focus",
        clock="usage_day",
        mode=mode,
        extent=frozenset({"acme"}),
        covers=(Span(start, start + timedelta(days=days)),),
        delivered_at=at,
        recorded_at=at + timedelta(days=late),
        sha256=f"d{number}",
        file=f"d{number}.csv",
        rows=days,
        sums={},
    )


drawn = st.tuples(
    st.integers(0, 4), st.integers(1, 4), st.sampled_from(["snapshot", "append"]), st.integers(0, 3)
)


@settings(max_examples=150, deadline=None)
@given(told=st.lists(drawn, max_size=7), since=st.integers(0, 8))
def test_no_view_from_then_on_misses_what_is_forgotten(told: list[Any], since: int) -> None:
    deliveries = [
        _delivery(number, first, days, mode=mode, late=late)
        for number, (first, days, mode, late) in enumerate(told)
    ]
    horizon = START + timedelta(days=since)
    gone = {one.id for one in superseded(deliveries, horizon)}
    kept = [one for one in deliveries if one.id not in gone]
    for as_of in (horizon + timedelta(days=days) for days in range(10)):
        for recorded_by in (horizon, as_of):

            def known(
                among: list[Delivery], by: datetime = recorded_by, at: datetime = as_of
            ) -> list[Delivery]:
                return [o for o in among if o.delivered_at <= at and o.recorded_at <= by]

            assert shown_in_cells(known(kept)) == shown_in_cells(known(deliveries))


def _stored(ledger: Ledger, make_row: MakeRow, delivery: Delivery) -> None:
    days = [delivery.covers[0].start + timedelta(days=n) for n in range(delivery.rows)]
    rows = [
        make_row(day, delivery_id=delivery.id, row_number=number, clock_bucket=day)
        for number, day in enumerate(days, start=1)
    ]
    ledger.append_rows(delivery.id, pa.Table.from_pylist(rows, schema=USAGE_COST))
    ledger.publish(delivery)


def test_what_is_replaced_goes_and_earlier_views_are_refused(
    tmp_path: Path, make_row: MakeRow
) -> None:
    ledger = Ledger(str(tmp_path))
    for number, (first, days) in enumerate([(0, 3), (1, 3), (0, 2)]):
        _stored(ledger, make_row, _delivery(number, first, days))
    since = START + timedelta(days=2)
    before = view_at(ledger, NOW).rows
    would = retain(ledger, since, now=NOW, dry_run=True)
    assert len(ledger.deliveries()) == 3
    done = retain(ledger, since, now=NOW)
    assert (done.forgotten, done.rows, done.kept) == (would.forgotten, 3, 2)
    assert [one.id for one in done.forgotten] == ["d0"]
    assert view_at(ledger, NOW).rows.equals(before)
    assert view_at(Ledger(str(tmp_path)), since).rows.num_rows
    for earlier in (
        {"as_of": since - timedelta(days=1)},
        {"as_of": NOW, "recorded_by": since - timedelta(days=1)},
    ):
        with pytest.raises(BadInput, match="no longer kept"):
            view_at(ledger, **earlier)
    compact(ledger, now=datetime.now(UTC) + timedelta(hours=1), kept_hours=0)
    stored = {path.parent.name for path in (tmp_path / "usage_cost").rglob("*.parquet")}
    assert stored == {"delivery_id=d1", "delivery_id=d2"}
    assert view_at(ledger, NOW).rows.equals(before)


def test_a_retention_nearer_than_arrival_curves_look_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="how sources arrive is measured"):
        retain(Ledger(str(tmp_path)), NOW - timedelta(days=1), now=NOW)


def test_compaction_clears_what_killed_ingests_left_and_nothing_else(
    tmp_path: Path, make_row: MakeRow
) -> None:
    ledger = Ledger(str(tmp_path))
    for number in range(3):
        _stored(ledger, make_row, _delivery(number, number, 2))
    rows = ledger.rows({"d0"}).drop_columns(["delivery_id"])
    ids = pa.array(["killed"] * rows.num_rows, pa.string())
    left = rows.append_column("delivery_id", ids).select(USAGE_COST.names)
    ledger.append_rows("killed", left)  # and never published
    (tmp_path / ".incoming" / "reading").mkdir()
    (tmp_path / ".incoming" / "reading" / "part.parquet").write_bytes(b"half")
    before = view_at(ledger, NOW)
    now = datetime.now(UTC)
    young = compact(ledger, now=now, kept_hours=24)
    assert (young.unpublished, young.abandoned, young.removed_files) == (0, 0, 0)
    assert ledger.rows({"killed"}).num_rows == 2
    done = compact(ledger, now=now + timedelta(hours=1), kept_hours=0)
    assert (done.unpublished, done.abandoned) == (1, 1)
    assert ledger.rows({"killed"}).num_rows == 0
    assert not (tmp_path / ".incoming" / "reading").exists()
    after = view_at(Ledger(str(tmp_path)), NOW)
    assert after.digest == before.digest
    assert after.rows.equals(before.rows)
    assert len(list((tmp_path / "deliveries").glob("*.parquet"))) == 1
    with pytest.raises(BadInput, match="0 hours or more"):
        compact(ledger, now=now, kept_hours=-1)


def test_an_upgrade_adds_what_an_older_ledger_lacks(tmp_path: Path, make_row: MakeRow) -> None:
    ledger = Ledger(str(tmp_path))
    assert ledger.upgrade().added == ()
    _stored(ledger, make_row, _delivery(0, 0, 2))
    done = ledger.upgrade()
    assert (done.format_version, done.added) == (FORMAT_VERSION, ())
