from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ledger import delta
from ledger.delivery import Delivery, Span
from ledger.problems import BadInput
from ledger.schema import FORMAT_VERSION, USAGE_COST
from ledger.store import Ledger, same_delivery
from ledger.stored_rows import row_groups

MakeRow = Callable[..., dict[str, Any]]

NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)
DELIVERY = Delivery(
    id="d'1",  # a quote: ids never have one, and would do no harm
    source="focus",
    reader="focus",
    clock="billing_period",
    mode="snapshot",
    extent=frozenset({"acme", "labs"}),
    covers=(Span(date(2026, 9, 1), date(2026, 10, 1)),),
    delivered_at=NOON,
    recorded_at=NOON + timedelta(microseconds=1),
    sha256="5a",
    file="bill.csv",
    rows=2,
    sums={"billed_cost USD": Decimal("12345678901234567890123456.000000000001")},
    assumed=frozenset({"covers"}),
)


def _rows(make_row: MakeRow, delivery_id: str, count: int) -> pa.Table:
    rows = [
        make_row(date(2026, 9, 12), delivery_id=delivery_id, row_number=number)
        for number in range(1, count + 1)
    ]
    return pa.Table.from_pylist(rows, schema=USAGE_COST)


def test_what_is_stored_is_read_again(tmp_path: Path, make_row: MakeRow) -> None:
    ledger = Ledger(f"{tmp_path}/ledger/")
    assert ledger.deliveries() == []
    assert ledger.rows({DELIVERY.id}).num_rows == 0
    rows = _rows(make_row, DELIVERY.id, 2)
    ledger.append_rows(DELIVERY.id, rows)
    ledger.publish(DELIVERY)
    later = replace(DELIVERY, id="d2", recorded_at=NOON + timedelta(days=1), sums={})
    ledger.append_rows("d2", _rows(make_row, "d2", 3))
    ledger.publish(later)
    again = Ledger(f"{tmp_path}/ledger")
    assert again.deliveries() == [DELIVERY, later]
    assert again.rows({DELIVERY.id}).sort_by("row_number").equals(rows)
    assert again.rows({DELIVERY.id, "d2"}).num_rows == 5
    assert again.rows(set()).num_rows == 0
    assert again.rows({"d2"}, columns=["row_number"]).schema.names == ["row_number"]


def test_a_killed_ingest_leaves_no_second_copy(tmp_path: Path, make_row: MakeRow) -> None:
    ledger = Ledger(str(tmp_path))
    ledger.append_rows(DELIVERY.id, _rows(make_row, DELIVERY.id, 4))
    assert ledger.deliveries() == []
    ledger.append_rows(DELIVERY.id, _rows(make_row, DELIVERY.id, 2))
    ledger.publish(DELIVERY)
    ledger.publish(DELIVERY)  # two ingests of one file at the same moment
    assert ledger.rows({DELIVERY.id}).num_rows == 2
    assert ledger.deliveries() == [DELIVERY]


def test_ingests_of_one_file_at_the_same_moment_store_it_once(
    tmp_path: Path, make_row: MakeRow
) -> None:
    rows = _rows(make_row, DELIVERY.id, 3)

    def store(_: int) -> None:
        ledger = Ledger(str(tmp_path))
        ledger.append_rows(DELIVERY.id, rows)
        ledger.publish(DELIVERY)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(store, range(4)))
    ledger = Ledger(str(tmp_path))
    assert ledger.deliveries() == [DELIVERY]
    assert ledger.rows({DELIVERY.id}).num_rows == 3


def test_another_process_sees_what_was_published(tmp_path: Path, make_row: MakeRow) -> None:
    reader = Ledger(str(tmp_path))
    assert reader.deliveries() == []
    for number in range(2):
        writer = Ledger(str(tmp_path))
        writer.append_rows(f"n{number}", _rows(make_row, f"n{number}", 1))
        writer.publish(replace(DELIVERY, id=f"n{number}"))
        assert len(reader.deliveries()) == number + 1
        assert reader.rows({f"n{number}"}).num_rows == 1


def test_rows_of_another_delivery_are_refused(tmp_path: Path, make_row: MakeRow) -> None:
    with pytest.raises(ValueError, match="wanted d2"):
        Ledger(str(tmp_path)).append_rows("d2", _rows(make_row, "d1", 1))
    with pytest.raises(ValueError, match="wanted"):
        Ledger(str(tmp_path)).append_rows("d1", _rows(make_row, "d1", 1).drop(["tags"]))


def test_a_newer_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = FORMAT_VERSION
    monkeypatch.setattr("ledger.schema.FORMAT_VERSION", now + 1)
    Ledger(str(tmp_path)).publish(DELIVERY)
    newer = rf"got {now + 1}, wanted format version {now} or older.*upgrade"
    with pytest.raises(BadInput, match=newer):
        Ledger(str(tmp_path)).deliveries()


@pytest.mark.parametrize(
    ("assumed", "delivered_at", "same"),
    [
        (False, NOON, True),
        (False, NOON.astimezone(timezone(timedelta(hours=2))), True),
        (False, NOON + timedelta(days=1), False),  # old bytes delivered again later are news
        (False, None, True),  # no evidence of news
        (True, None, True),
        (True, NOON, False),  # a time is stated now that was assumed before
    ],
)
def test_bytes_are_the_same_delivery_unless_news_is_stated(
    assumed: bool, delivered_at: datetime | None, same: bool
) -> None:
    known = replace(DELIVERY, assumed=frozenset({"delivered_at"}) if assumed else frozenset())
    assert same_delivery([known], "5a", delivered_at) == (known if same else None)
    assert same_delivery([known], "5b", delivered_at) is None


def test_a_table_of_format_1_is_read_and_written_on(tmp_path: Path, make_row: MakeRow) -> None:
    """Format 2 only added columns: what was stored before has null there."""
    last = USAGE_COST.names.index("tags") + 1
    older, added = pa.schema(list(USAGE_COST)[:last]), USAGE_COST.names[last:]
    uri = f"{tmp_path}/usage_cost"
    delta.append(
        delta.ensure(uri, older, partition_by=["delivery_id"]),
        _rows(make_row, "old", 2).drop(added),
    )
    ledger = Ledger(str(tmp_path))
    columns = ["row_number", "energy_kwh"]

    def energy(*ids: str) -> list[float | None]:
        found: list[float | None] = ledger.rows(ids)["energy_kwh"].to_pylist()
        files = ledger.files(ids)
        assert files is not None
        pieces = [
            read for paths in files.values() for path in paths for read in row_groups(path, columns)
        ]
        asked = [value for read in pieces for value in read()["energy_kwh"].to_pylist()]
        assert sorted(map(str, found)) == sorted(map(str, asked))
        return found

    assert energy("old") == [None, None]
    assert ledger.rows({"old"}, columns=["energy_kwh"]).num_rows == 2
    new = _rows(make_row, "new", 1)
    position = new.schema.get_field_index("energy_kwh")
    measured = pa.array([1.25], pa.float64())
    ledger.append_rows("new", new.set_column(position, USAGE_COST.field("energy_kwh"), measured))
    assert energy("old") == [None, None]
    assert energy("new") == [1.25]
    assert set(energy("old", "new")) == {None, 1.25}
