"""Google's billing export: the same rows from Parquet and JSON Lines, cost net of credits."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reading
from ledger.readers.detection import choose_reader
from ledger.readers.gcp_billing import READER
from ledger.readers.opening import open_table

ROW: dict[str, Any] = {
    "billing_account_id": "01-ABC",
    "service": {"id": "V1", "description": "Vertex AI"},
    "sku": {"id": "S1", "description": "Gemini 2.5 Pro Text Input (Long) - Predictions"},
    "usage_start_time": "2026-09-12 07:00:00 UTC",
    "usage_end_time": "2026-09-12 08:00:00 UTC",
    "project": {"id": "ads-prod", "labels": [{"key": "team", "value": "ads"}]},
    "labels": [{"key": "env", "value": "prod"}],
    "location": {"region": "us-central1"},
    "cost": 1.5,
    "currency": "USD",
    "usage": {
        "amount": 600000.0,
        "unit": "count",
        "amount_in_pricing_units": 600000.0,
        "pricing_unit": "count",
    },
    "credits": [
        {"name": "Commitment", "amount": -0.25, "type": "COMMITTED_USAGE_DISCOUNT", "id": "c"},
        {"name": "Promotion", "amount": -0.05, "type": "PROMOTION", "id": "p"},
    ],
    "invoice": {"month": "202609"},
    "cost_type": "regular",
    "adjustment_info": None,
    "cost_at_list": 2.0,
}
GPU = {
    "service": {"id": "C", "description": "Compute Engine"},
    "sku": {"id": "G", "description": "Nvidia Tesla A100 GPU running in Americas"},
    "usage": {
        "amount": 7200.0,
        "unit": "seconds",
        "amount_in_pricing_units": 2.0,
        "pricing_unit": "hour",
    },
}


def lines(folder: Path, *changes: dict[str, Any]) -> RawTable:
    path = folder / "export.jsonl"
    rows = [json.dumps({**ROW, **change}) for change in changes]
    path.write_text("\n".join(rows) + "\n")
    return open_table(path)


def parquet(folder: Path, *changes: dict[str, Any]) -> RawTable:
    path = folder / "export.parquet"
    info = pa.struct([("id", pa.string()), ("mode", pa.string())])
    table = pa.Table.from_pylist([{**ROW, **change} for change in changes])
    position = table.column_names.index("adjustment_info")
    table = table.set_column(
        position, "adjustment_info", pa.array(table["adjustment_info"].to_pylist(), info)
    )
    for name in ("usage_start_time", "usage_end_time"):
        times = [
            datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
            for text in table[name].to_pylist()
        ]
        position = table.column_names.index(name)
        table = table.set_column(position, name, pa.array(times, pa.timestamp("us", tz="UTC")))
    pq.write_table(table, path)
    return open_table(path)


def read(folder: Path, *changes: dict[str, Any]) -> Reading:
    return READER.read(lines(folder, *changes))


def one(folder: Path, change: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = read(folder, change).rows.to_pylist()[0]
    return found


def test_net_cost_is_cost_plus_credits_exactly(tmp_path: Path) -> None:
    row = one(tmp_path, {})
    assert row["billed_cost"] == row["effective_cost"] == Decimal("1.2")
    assert (row["contracted_cost"], row["list_cost"]) == (Decimal("1.5"), Decimal(2))
    assert one(tmp_path, {"credits": []})["billed_cost"] == Decimal("1.5")
    assert one(tmp_path, {"credits": None})["billed_cost"] == Decimal("1.5")


def test_parquet_and_json_lines_of_the_same_rows_are_read_the_same(tmp_path: Path) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {},
        GPU,
        {"cost": 1e-7, "credits": []},
        {"cost": 0.1 + 0.2, "labels": []},
        {"cost_type": "adjustment", "adjustment_info": {"id": "a1", "mode": "MANUAL"}},
    )
    one, other = lines(tmp_path, *changes), parquet(tmp_path, *changes)
    for raw in (one, other):
        reader, confidence = choose_reader(raw, None)
        assert (reader.name, confidence > 0.9) == ("gcp_billing", True)
    assert READER.read(one).rows.equals(READER.read(other).rows)
    assert READER.read(one).notes == READER.read(other).notes


def test_float_costs_mean_the_decimals_their_writer_saw(tmp_path: Path) -> None:
    reading = READER.read(
        parquet(tmp_path, {"cost": 0.1, "credits": []}, {"cost": 0.1 + 0.2, "credits": []})
    )
    assert reading.rows["billed_cost"].to_pylist() == [Decimal("0.1"), Decimal("0.3")]
    assert any(note.startswith("1 values of cost have more") for note in reading.notes)


def test_tokens_of_a_model(tmp_path: Path) -> None:
    row = one(tmp_path, {})
    assert (row["input_tokens_uncached"], row["output_tokens"]) == (600_000, None)
    assert (row["provider"], row["raw_model"]) == ("gcp.vertex_ai", "gemini-2.5-pro")
    assert (row["meter"], row["context_tier"], row["service_tier"]) == (
        "tokens",
        "long",
        "standard",
    )


def test_gpus_are_rows_of_their_own(tmp_path: Path) -> None:
    row = one(tmp_path, GPU)
    assert (row["gpu_hours"], row["meter"], row["provider"]) == (2.0, "gpu_time", "google cloud")
    assert row["raw_model"] is None


@pytest.mark.parametrize(
    ("cost_type", "category"),
    [
        ("regular", "usage"),
        (None, "usage"),
        ("tax", "tax"),
        ("adjustment", "adjustment"),
        ("rounding_error", "adjustment"),
        ("novel", "adjustment"),
    ],
)
def test_cost_types(tmp_path: Path, cost_type: str | None, category: str) -> None:
    row = one(tmp_path, {"cost_type": cost_type})
    assert row["charge_category"] == category
    is_usage = category == "usage"
    assert (row["input_tokens_uncached"] is not None) == is_usage
    assert (row["meter"] == "tokens") == is_usage


def test_a_row_belongs_to_its_invoice_month_and_keeps_its_time(tmp_path: Path) -> None:
    row = one(tmp_path, {"invoice": {"month": "202610"}})
    assert row["clock_bucket"] == date(2026, 10, 1)
    assert row["billing_period_end"] == datetime(2026, 11, 1, tzinfo=UTC)
    assert row["period_start"] == datetime(2026, 9, 12, 7, tzinfo=UTC)


def test_labels_of_the_resource_win_over_those_of_its_project(tmp_path: Path) -> None:
    row = one(tmp_path, {"labels": [{"key": "team", "value": "search"}]})
    assert json.loads(row["tags"]) == {"team": "search"}
    assert json.loads(one(tmp_path, {})["tags"]) == {"env": "prod", "team": "ads"}
    assert (row["project"], row["sub_account"]) == ("ads-prod", "ads-prod")


def test_corrections_are_known_by_their_adjustment(tmp_path: Path) -> None:
    change = {"cost_type": "adjustment", "adjustment_info": {"id": "a1"}}
    assert read(tmp_path, {}, change).rows["is_correction"].to_pylist() == [False, True]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cost": "many"}, "cost"),
        ({"cost": None}, "cost"),
        ({"credits": [{"name": "x"}]}, "credits"),
        ({"credits": "free"}, "credits"),
        ({"credits": [{"amount": "NaN"}]}, "credits"),
        ({"invoice": {"month": "09/2026"}}, "invoice.month"),
        ({"invoice": {}}, "invoice.month"),
        ({"service": "Vertex"}, "service"),
        ({"usage_start_time": "soon"}, "usage_start_time"),
        ({"labels": [{"name": "x"}]}, "labels"),
        ({"usage": {"amount": -5, "unit": "count"}}, "usage.amount"),
    ],
)
def test_a_bad_value_is_named(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, {}, change)
    assert (caught.value.row, caught.value.field) == (2, field)


def test_a_list_that_parquet_writers_wrapped_is_a_list(tmp_path: Path) -> None:
    raw = parquet(tmp_path, {})
    wrapped = [{"list": [{"element": credit} for credit in ROW["credits"]]}]
    position = raw.table.column_names.index("credits")
    table = raw.table.set_column(position, "credits", pa.array(wrapped))
    rows = READER.read(RawTable(raw.file, table)).rows
    assert rows["billed_cost"].to_pylist() == [Decimal("1.2")]


def test_a_later_piece_of_a_file_keeps_its_row_numbers(tmp_path: Path) -> None:
    piece = replace(lines(tmp_path, {}, {}), first_row=101)
    assert READER.read(piece).rows["row_number"].to_pylist() == [101, 102]
    piece = replace(lines(tmp_path, {}, {"usage": "x"}), first_row=101)
    with pytest.raises(BadInput) as caught:
        READER.read(piece)
    assert caught.value.row == 102
