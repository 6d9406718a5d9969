"""A mapped table: dated in its zone, money exact, everything else as the mapping says."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ledger.mapping import Mapping, load_mapping
from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reading
from ledger.readers.detection import choose_reader
from ledger.readers.generic import GenericReader
from ledger.readers.opening import open_table

Mapped = dict[str, str]

BASE: dict[str, Any] = {
    "source": "own",
    "zone": "UTC",
    "currency": "USD",
    "columns": {"period_start": "day", "effective_cost": "cost"},
    "constants": {"provider": "own"},
}


def mapping(columns: Mapped | None = None, **changes: object) -> Mapping:
    mapped = {**BASE["columns"], **(columns or {})}
    return Mapping.model_validate({**BASE, **changes, "columns": mapped})


def read(of: Mapping, **columns: list[Any]) -> Reading:
    table = pa.table({"day": ["2026-03-29"], "cost": ["1.5"]} | columns)
    return GenericReader(of).read(RawTable("own.csv", table))


@pytest.mark.datasets
def test_a_real_bill_goes_through_a_mapping_file(datasets: Path, tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(
        'source = "binder"\nzone = "UTC"\ncurrency = "USD"\n'
        '[columns]\nperiod_start = "ds"\neffective_cost = "y"\nproject = "project"\n'
        'raw_model = "service"\nservice_name = "service"\nsku_id = "sku"\n'
        '[constants]\nprovider = "gcp"\n'
    )
    raw = open_table(datasets / "mybinder_bill_sku_daily.parquet")
    reader, confidence = choose_reader(raw, load_mapping(file))
    reading = reader.read(raw)
    assert (reader.name, confidence, reading.rows.num_rows) == ("generic", 1.0, 16364)
    floats = [Decimal(repr(value)) for value in raw.table["y"].to_pylist()]
    exact = [round(value, 12) for value in floats]
    assert reading.rows["effective_cost"].to_pylist() == exact
    assert reading.rows["raw_model"].to_pylist() == raw.table["service"].to_pylist()
    days = [row["ds"].date() for row in raw.table.select(["ds"]).to_pylist()]
    assert reading.rows["clock_bucket"].to_pylist() == days


def test_defaults_say_as_little_as_possible() -> None:
    row = read(mapping()).rows.to_pylist()[0]
    assert (row["source"], row["account"], row["provider"]) == ("own", "own", "own")
    assert (row["meter"], row["charge_category"], row["cost_origin"]) == ("cost", "usage", "billed")
    assert row["effective_cost"] == Decimal("1.5")
    assert row["billed_cost"] is None
    assert row["billing_period_start"] is None


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_local_day_is_booked_on_the_utc_day_of_its_date(zone: str) -> None:
    reading = read(mapping(zone=zone))  # 29 March 2026 has 23 hours in Berlin
    row = reading.rows.to_pylist()[0]
    assert row["period_start"] == datetime(2026, 3, 29, tzinfo=UTC)
    assert row["period_end"] == datetime(2026, 3, 30, tzinfo=UTC)
    assert any(zone in note for note in reading.notes)


def test_local_hours_become_utc_hours() -> None:
    of = mapping(zone="Europe/Berlin", granularity="hour")
    row = read(of, day=["2026-03-29 04:30"]).rows.to_pylist()[0]
    assert row["period_start"] == datetime(2026, 3, 29, 2, tzinfo=UTC)
    assert row["period_end"] == datetime(2026, 3, 29, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("columns", "bucket"),
    [({}, date(2026, 3, 1)), ({"billing_period_start": "billed"}, date(2026, 4, 1))],
)
def test_a_bill_replaces_by_its_month(columns: dict[str, str], bucket: date) -> None:
    of = mapping(clock="billing_period", zone="Europe/Berlin", columns=columns)
    row = read(of, billed=["2026-04-01"]).rows.to_pylist()[0]
    assert row["clock_bucket"] == bucket
    assert row["billing_period_start"].date() == bucket
    assert (row["billing_period_end"].day, row["billing_period_end"].month) == (1, bucket.month + 1)
    assert row["period_start"].date() == date(2026, 3, 29)


def test_every_kind_of_column_can_be_mapped() -> None:
    of = mapping(
        currency=None,
        mode="append",
        date_format="%d/%m/%Y",
        extent=("a", "b"),
        constants={},
        columns={
            "currency": "money",
            "provider": "who",
            "source_row_id": "id",
            "requests": "n",
            "gpu_hours": "gpus",
            "tags": "labels",
            "charge_category": "what",
        },
    )
    reading = read(
        of,
        day=["29/03/2026"],
        money=["eur"],
        who=["OpenAI"],
        id=["x1"],
        n=["3"],
        gpus=["0.25"],
        labels=['{"b": 1, "a": "x"}'],
        what=["Tax"],
    )
    row = reading.rows.to_pylist()[0]
    assert (row["currency"], row["provider"], row["source_row_id"]) == ("EUR", "openai", "x1")
    assert (row["requests"], row["gpu_hours"], row["charge_category"]) == (3, 0.25, "tax")
    assert row["tags"] == '{"a": "x", "b": "1"}'
    assert reading.extent == frozenset({"a", "b"})


@pytest.mark.parametrize(
    ("column", "values", "mapped"),
    [
        ("cost", ["1", "many"], {}),
        ("day", ["2026-03-29", "someday"], {}),
        ("day", ["2026-03-29", None], {}),
        ("id", ["a", "a"], {"source_row_id": "id"}),
        ("who", ["x", None], {"account": "who"}),
    ],
)
def test_a_bad_value_is_named_by_the_column_of_the_file(
    column: str, values: list[Any], mapped: dict[str, str]
) -> None:
    table = {"day": ["2026-03-29", "2026-03-30"], "cost": ["1", "2"], column: values}
    reader = GenericReader(mapping(columns=mapped))
    with pytest.raises(BadInput) as caught:
        reader.read(RawTable("own.csv", pa.table(table)))
    assert (caught.value.file, caught.value.row, caught.value.field) == ("own.csv", 2, column)
