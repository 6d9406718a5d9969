"""FOCUS bills: every row kept, both clocks, exact money, GPU-hours where the SKU says so."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ledger.problems import BadInput
from ledger.readers.contract import RawTable, Reading
from ledger.readers.detection import choose_reader
from ledger.readers.focus import READER
from ledger.readers.focus_versions import focus_version
from ledger.readers.opening import open_table

ROW: dict[str, str | None] = {
    "BilledCost": "1.50",
    "EffectiveCost": "1.25",
    "BillingAccountId": "111",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-09-01T00:00:00Z",
    "BillingPeriodEnd": "2026-10-01T00:00:00Z",
    "ChargePeriodStart": "2026-09-12T00:00:00Z",
    "ChargePeriodEnd": "2026-09-13T00:00:00Z",
    "ChargeCategory": "Usage",
    "ProviderName": "AWS",
}


def read(*changes: dict[str, Any]) -> Reading:
    rows = [{**ROW, **change} for change in changes]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array([row.get(name) for row in rows]) for name in names}
    return READER.read(RawTable("bill.csv", pa.table(columns)))


def values(name: str, *changes: dict[str, Any]) -> list[Any]:
    found: list[Any] = read(*changes).rows[name].to_pylist()
    return found


@pytest.mark.datasets
def test_the_real_sample_is_read_unchanged_and_to_the_last_digit(datasets: Path) -> None:
    path = datasets / "raw" / "focus_1.0_sample_1000.csv"
    raw = open_table(path)
    reader, _ = choose_reader(raw, None)
    reading = reader.read(raw)
    # Oracle: the standard library's csv and Decimal.
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (reader.name, reading.rows_in, reading.rows.num_rows) == ("focus", 1000, 1000)
    for name, column in (
        ("billed_cost", "BilledCost"),
        ("effective_cost", "EffectiveCost"),
        ("list_cost", "ListCost"),
        ("contracted_cost", "ContractedCost"),
    ):
        exact = [None if row[column] in ("", "NULL") else Decimal(row[column]) for row in rows]
        assert reading.rows[name].to_pylist() == exact
        known = [number for number in exact if number is not None]
        assert sum(n for n in reading.rows[name].to_pylist() if n is not None) == sum(known)
    assert "4,000 times without a zone were taken as UTC" in reading.notes
    assert "FOCUS 1.0 by its columns" in reading.notes
    assert set(reading.rows["clock_bucket"].to_pylist()) == {date(2024, 9, 1), date(2024, 10, 1)}
    assert reading.rows["charge_category"].to_pylist().count("credit") == 1
    tags = [json.loads(text) for text in reading.rows["tags"].to_pylist() if text is not None]
    assert sum(" org" in found for found in tags) == sum('" org"' in row["Tags"] for row in rows)


@pytest.mark.parametrize(
    ("columns", "version"),
    [
        ({"ProviderName", "PublisherName"}, "1.0"),
        ({"ProviderName", "SkuPriceDetails"}, "1.1"),
        ({"ProviderName", "SkuPriceDetails", "InvoiceId"}, "1.2"),
        ({"ProviderName", "InvoiceId", "ServiceProviderName"}, "1.3"),
        ({"InvoiceId", "ServiceProviderName", "HostProviderName"}, "1.4"),
        ({"ProviderName", "CommitmentProgramEligibilityDetails"}, "1.4"),
    ],
)
def test_the_version_is_told_by_the_columns(columns: set[str], version: str) -> None:
    assert focus_version(frozenset(columns)) == version


def test_a_row_keeps_both_clocks_and_its_money() -> None:
    row = read({}).rows.to_pylist()[0]
    assert row["period_start"] == datetime(2026, 9, 12, tzinfo=UTC)
    assert row["period_end"] == datetime(2026, 9, 13, tzinfo=UTC)
    assert row["clock_bucket"] == date(2026, 9, 1)
    assert (row["granularity"], row["cost_origin"]) == ("day", "billed")
    assert (row["account"], row["provider"], row["currency"]) == ("111", "aws", "USD")
    assert (row["billed_cost"], row["effective_cost"]) == (Decimal("1.5"), Decimal("1.25"))


def test_a_correction_for_september_belongs_to_the_october_bill() -> None:
    october = {
        "ChargeClass": "Correction",
        "EffectiveCost": "-3",
        "BillingPeriodStart": "2026-10-01T00:00:00Z",
        "BillingPeriodEnd": "2026-11-01T00:00:00Z",
    }
    first, second = read(october, {}).rows.to_pylist()
    assert (first["is_correction"], second["is_correction"]) == (True, False)
    assert first["clock_bucket"] == date(2026, 10, 1)
    assert first["period_start"].date() == date(2026, 9, 12)
    assert first["effective_cost"] == Decimal(-3)


@pytest.mark.parametrize(
    ("change", "hours"),
    [
        ({"ConsumedUnit": "Hours", "SkuPriceDetails": '{"GpuCount": 8}'}, 20.0),
        ({"ConsumedUnit": "10 Hours", "SkuPriceDetails": '{"GpuCount": "8"}'}, 200.0),
        ({"ConsumedUnit": "Hours", "SkuPriceDetails": '{"CoreCount": 8}'}, None),
        ({"ConsumedUnit": "GB", "SkuPriceDetails": '{"GpuCount": 8}'}, None),
    ],
)
def test_gpu_hours_are_hours_times_gpus(change: dict[str, str], hours: float | None) -> None:
    row = read({"ConsumedQuantity": "2.5", **change}).rows.to_pylist()[0]
    assert row["gpu_hours"] == hours
    assert (row["meter"] == "gpu_time") == (hours is not None)


def test_the_meter_follows_unit_and_category() -> None:
    rows: list[dict[str, Any]] = [
        {"ConsumedUnit": "1000 Tokens", "ServiceCategory": "AI and Machine Learning"},
        {"ConsumedUnit": "Requests", "ServiceCategory": "Storage"},
        {"ConsumedUnit": "GB-Months", "ServiceCategory": "Storage"},
        {"ConsumedUnit": "GB", "ServiceCategory": "Networking"},
        {"ConsumedUnit": "Hours", "ServiceCategory": "Compute"},
        {"ConsumedUnit": None, "ServiceCategory": None},
        {"ConsumedUnit": None, "ServiceCategory": "Storage", "ChargeCategory": "Tax"},
    ]
    expected = ["tokens", "requests", "storage", "network", "compute_time", "cost", "cost"]
    assert values("meter", *rows) == expected


def test_what_stands_in_key_value_columns() -> None:
    row = read(
        {
            "Tags": '{"team": "ads", " org": "x", "Project": "p1", "env": "prod", "n": 1.50}',
            "SkuPriceDetails": '{"InstanceType": "p5.48xlarge", "ModelId": "claude"}',
        }
    ).rows.to_pylist()[0]
    assert json.loads(row["tags"]) == {
        "team": "ads",
        " org": "x",
        "Project": "p1",
        "env": "prod",
        "n": "1.50",
    }
    assert (row["project"], row["environment"]) == ("p1", "prod")
    assert (row["instance_type"], row["raw_model"]) == ("p5.48xlarge", "claude")


def test_tags_as_a_map_of_parquet_read_like_json() -> None:
    tags = pa.array([[("team", "ads")], [], None], pa.map_(pa.string(), pa.string()))
    table = pa.table({name: pa.array([value] * 3) for name, value in ROW.items()} | {"Tags": tags})
    rows = READER.read(RawTable("bill.parquet", table)).rows
    assert rows["tags"].to_pylist() == ['{"team": "ads"}', None, None]


def test_the_provider_is_the_first_name_a_version_has() -> None:
    names: list[dict[str, Any]] = [
        {"ServiceProviderName": "OpenAI", "ProviderName": "AWS"},
        {"ProviderName": "Amazon Web Services"},
        {"ProviderName": None, "InvoiceIssuerName": "Oracle"},
        {"ProviderName": None},
    ]
    assert values("provider", *names) == ["openai", "aws", "oracle", "unknown"]


def test_words_are_kept_in_one_spelling() -> None:
    row = read(
        {
            "ChargeFrequency": "Usage-based",
            "PricingCategory": "Committed",
            "CommitmentDiscountStatus": "Unused",
            "BillingCurrency": "eur",
        }
    ).rows.to_pylist()[0]
    assert row["charge_frequency"] == "usage-based"
    assert (row["pricing_category"], row["commitment_status"]) == ("committed", "unused")
    assert row["currency"] == "EUR"


def test_long_charges_and_missing_amounts_are_said_in_the_notes() -> None:
    month = {"ChargePeriodStart": "2026-09-01T00:00:00Z", "ChargePeriodEnd": "2026-10-01T00:00:00Z"}
    notes = read(month, {"EffectiveCost": None}).notes
    assert "1 charges of more than a day are booked on their first day" in notes
    assert "1 rows have no EffectiveCost" in notes


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"BilledCost": "1,50"}, "BilledCost"),
        ({"ChargePeriodStart": "9/12/26"}, "ChargePeriodStart"),
        ({"ChargePeriodStart": None}, "ChargePeriodStart"),
        ({"ChargePeriodEnd": "2026-09-12T00:00:00Z"}, "ChargePeriodEnd"),
        ({"BillingPeriodEnd": "2026-08-01T00:00:00Z"}, "BillingPeriodEnd"),
        ({"BillingAccountId": None}, "BillingAccountId"),
        ({"BillingCurrency": "Dollar"}, "BillingCurrency"),
        ({"BillingCurrency": None}, "BillingCurrency"),
        ({"ChargeCategory": "Rebate"}, "ChargeCategory"),
        ({"ChargeCategory": None}, "ChargeCategory"),
        ({"ChargeClass": "Refund"}, "ChargeClass"),
        ({"SkuPriceDetails": "GpuCount=8"}, "SkuPriceDetails"),
        ({"ConsumedUnit": "Hours", "SkuPriceDetails": '{"GpuCount": "a"}'}, "SkuPriceDetails"),
        ({"Tags": "[1]"}, "Tags"),
    ],
)
def test_a_bad_value_is_named_with_row_and_column(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        read({}, {}, change)
    assert (caught.value.file, caught.value.row, caught.value.field) == ("bill.csv", 3, field)


def test_an_error_about_tags_does_not_show_them() -> None:
    with pytest.raises(BadInput) as caught:
        read({"Tags": "owner: jane@example.com"})
    assert "jane" not in str(caught.value)
    assert "length 23" in str(caught.value)
