"""Azure cost exports: two views of one bill that never add up, tokens per row's own unit."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ledger.costs import cost_cells
from ledger.ingest import ingest
from ledger.problems import BadInput
from ledger.readers.azure_cost import READER
from ledger.readers.cloud_units import parse_cloud_unit
from ledger.readers.contract import RawTable, Reading
from ledger.readers.detection import choose_reader
from ledger.readers.opening import open_table
from ledger.reference import load_reference
from ledger.store import Ledger
from ledger.view import view_at

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
ROW: dict[str, Any] = {
    "BillingAccountId": "8611537",
    "BillingPeriodStartDate": "09/01/2026",
    "BillingPeriodEndDate": "09/30/2026",
    "Date": "09/21/2026",
    "MeterCategory": "Virtual Machines",
    "MeterName": "D2s v3",
    "Quantity": "24",
    "Cost": "2.64",
    "BillingCurrency": "USD",
    "UnitOfMeasure": "1 Hour",
    "ChargeType": "Usage",
    "PricingModel": "OnDemand",
}
MODEL = {
    "MeterCategory": "Foundry Models",
    "MeterSubCategory": "Azure OpenAI",
    "MeterName": "gpt-4o-0806-Inp-glbl Tokens",
    "Quantity": "2.5",
    "UnitOfMeasure": "1K",
}
COVERED = {"PricingModel": "Reservation", "ReservationId": "r1"}
ACTUAL, AMORTISED = "daily-actual.csv", "daily-amortized.csv"


def table(*changes: dict[str, Any]) -> pa.Table:
    rows = [{**ROW, **change} for change in changes]
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})


def read(*changes: dict[str, Any], file: str = AMORTISED) -> Reading:
    return READER.read(RawTable(file, table(*changes)))


def one(change: dict[str, Any], file: str = AMORTISED) -> dict[str, Any]:
    found: dict[str, Any] = read(change, file=file).rows.to_pylist()[0]
    return found


@pytest.mark.datasets
@pytest.mark.parametrize(
    ("part", "money", "account"),
    [
        ("actual", "billed_cost", "8611537/actual"),
        ("amortized", "effective_cost", "8611537/amortised"),
    ],
)
def test_the_real_samples_are_read_to_the_last_stored_digit(
    datasets: Path, part: str, money: str, account: str
) -> None:
    path = datasets / "raw" / f"azure_ea_{part}_sample_finops_toolkit.csv"
    raw = open_table(path)
    reader, confidence = choose_reader(raw, None)
    reading = reader.read(raw)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    quantum = Decimal(1).scaleb(-12)
    exact = [Decimal(row["Cost"]).quantize(quantum, ROUND_HALF_EVEN) for row in rows]
    assert (reader.name, reading.rows_in, reading.rows.num_rows) == (
        "azure_cost",
        len(rows),
        len(rows),
    )
    assert confidence > 0.9
    assert reading.rows[money].to_pylist() == exact
    other = {"billed_cost", "effective_cost"} - {money}
    assert reading.rows[other.pop()].null_count == len(rows)
    assert set(reading.rows["account"].to_pylist()) == {account}
    assert set(reading.rows["clock_bucket"].to_pylist()) == {date(2023, 9, 1)}
    days = [datetime.strptime(row["Date"], "%m/%d/%Y").date() for row in rows]  # noqa: DTZ007
    assert [row["period_start"].date() for row in reading.rows.to_pylist()] == days
    tagged = [row["Tags"] for row in rows if row["Tags"]]
    tags = [json.loads(text) for text in reading.rows["tags"].to_pylist() if text is not None]
    assert [set(found) for found in tags] == [set(json.loads(f"{{{text}}}")) for text in tagged]


@pytest.mark.datasets
def test_the_real_samples_together_are_one_bill_in_two_views(
    datasets: Path, tmp_path: Path
) -> None:
    ledger = Ledger(str(tmp_path))
    names = [f"azure_ea_{part}_sample_finops_toolkit.csv" for part in ("actual", "amortized")]
    reports = ingest([datasets / "raw" / name for name in names], ledger, now=NOW)
    assert [report.status for report in reports] == ["published", "published"]
    view = view_at(ledger, NOW)
    assert view.rows.num_rows == 11 + 28
    # The totals of the files, each amount rounded to the ledger's twelve digits.
    billed = sum(value for value in view.rows["billed_cost"].to_pylist() if value is not None)
    accrued = sum(value for value in view.rows["effective_cost"].to_pylist() if value is not None)
    assert abs(billed - Decimal("8.5450077867419368")) < Decimal("1e-11")
    assert abs(accrued - Decimal("16.29693213663664462748541900")) < Decimal("1e-11")
    reference = load_reference(tmp_path / "none", known_at=NOW)
    cells = cost_cells(view, reference, allocation="current", currency="USD")
    for name, total in (("billed_cost", billed), ("effective_cost", accrued)):
        assert sum(value for value in cells[name].to_pylist() if value is not None) == total


@pytest.mark.datasets
def test_units_are_parsed_as_microsoft_lists_them(datasets: Path) -> None:
    with (datasets / "raw" / "focus_toolkit_PricingUnits.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    wrong = [
        row["UnitOfMeasure"]
        for row in rows
        if parse_cloud_unit(row["UnitOfMeasure"]).factor != int(float(row["PricingBlockSize"]))
    ]
    assert wrong == ["10000s"]  # ten thousand seconds, as one would think


@pytest.mark.parametrize(
    ("unit", "quantity", "tokens"),
    [("1K", "2.5", 2500), ("1M", "2.5", 2_500_000), ("1K Tokens", "0.001", 1), ("1M", "1e-6", 1)],
)
def test_tokens_are_counted_in_the_unit_of_their_row(unit: str, quantity: str, tokens: int) -> None:
    row = one(MODEL | {"UnitOfMeasure": unit, "Quantity": quantity})
    assert row["input_tokens_uncached"] == tokens
    assert (row["meter"], row["raw_model"], row["provider"]) == (
        "tokens",
        "gpt-4o-0806",
        "azure.ai.openai",
    )
    assert row["output_tokens"] is None
    assert row["service_tier"] == "standard"


def test_half_a_token_is_rounded_and_said() -> None:
    reading = read(MODEL | {"Quantity": "0.0005"})
    assert reading.rows["input_tokens_uncached"].to_pylist() == [0]
    assert any(note.startswith("1 token counts were not whole") for note in reading.notes)


def test_meters_that_are_not_understood_keep_their_money_and_are_counted() -> None:
    reading = read(MODEL, MODEL | {"MeterName": "gpt-9-quux"}, MODEL | {"MeterName": "gpt-9-quux"})
    assert reading.rows["input_tokens_uncached"].to_pylist() == [2500, None, None]
    assert reading.rows["effective_cost"].to_pylist() == [Decimal("2.64")] * 3
    assert any(
        note.startswith("2 rows have meters of models that are not understood")
        and note.endswith("gpt-9-quux")
        for note in reading.notes
    )


def test_other_units_and_services_count_no_tokens() -> None:
    hours = MODEL | {"MeterName": "Provisioned Managed Global", "UnitOfMeasure": "1 Hour"}
    row = one(hours)
    assert (row["service_tier"], row["meter"]) == ("provisioned", "cost")
    storage = one(MODEL | {"MeterCategory": "Storage", "MeterSubCategory": None})
    assert storage["input_tokens_uncached"] is None
    assert (storage["provider"], storage["raw_model"]) == ("microsoft", None)


def test_models_of_others_on_azure_have_another_provider() -> None:
    row = one(MODEL | {"MeterSubCategory": "Azure Grok Models", "MeterName": "Grok 4 Inp glbl"})
    assert (row["provider"], row["raw_model"]) == ("azure.ai.inference", "grok-4")


def test_gpu_machines() -> None:
    info = '{"ServiceType": "Standard_ND96asr_v4", "VCPUs": 96}'
    row = one({"AdditionalInfo": info, "UnitOfMeasure": "10 Hours", "Quantity": "0.5"})
    assert (row["instance_type"], row["gpu_hours"], row["meter"]) == (
        "Standard_ND96asr_v4",
        40.0,
        "gpu_time",
    )


def test_list_and_contract_price_times_quantity_where_stated() -> None:
    row = one({"PayGPrice": "0.2", "UnitPrice": "0.11"})
    assert (row["list_cost"], row["contracted_cost"]) == (Decimal("4.8"), Decimal("2.64"))
    assert one({"PayGPrice": "0"})["list_cost"] is None


# --- two views of one bill


def test_each_view_fills_its_own_money_only() -> None:
    actual, amortised = one(MODEL, ACTUAL), one(MODEL, AMORTISED)
    assert (actual["billed_cost"], actual["effective_cost"]) == (Decimal("2.64"), None)
    assert (amortised["billed_cost"], amortised["effective_cost"]) == (None, Decimal("2.64"))
    # What was consumed is told once.
    assert (actual["input_tokens_uncached"], actual["consumed_quantity"]) == (None, None)
    assert actual["raw_model"] == amortised["raw_model"]
    assert (actual["account"], amortised["account"]) == ("8611537/actual", "8611537/amortised")


@pytest.mark.parametrize(
    ("change", "view"),
    [
        (COVERED | {"ChargeType": "Purchase", "Cost": "100"}, "actual"),
        (COVERED | {"ChargeType": "Refund", "Cost": "-10"}, "actual"),
        (COVERED | {"Cost": "0"}, "actual"),
        (COVERED | {"Cost": "1.5"}, "amortised"),
        ({"ChargeType": "UnusedReservation"}, "amortised"),
        ({"ChargeType": "UnusedSavingsPlan", "PricingModel": "SavingsPlan"}, "amortised"),
        ({"PricingModel": "SavingsPlan"}, "amortised"),
    ],
)
def test_what_it_says_of_commitments_tells_which_view_a_file_is(
    change: dict[str, Any], view: str
) -> None:
    assert one(change, "export.csv")["account"] == f"8611537/{view}"


def test_older_exports_name_only_the_reservation() -> None:
    rows = table(COVERED, {}).drop_columns("PricingModel")
    reading = READER.read(RawTable("export.csv", rows))
    assert set(reading.rows["account"].to_pylist()) == {"8611537/amortised"}


@pytest.mark.parametrize(
    "path", ["x/ActualCost/part_0.csv", "amortized/old/actual/part_0.csv", "an_actual_cost.csv"]
)
def test_without_commitments_the_path_says_it(path: str) -> None:
    assert one({}, path)["account"] == "8611537/actual"


def test_a_file_that_does_not_say_which_view_it_is_is_refused() -> None:
    for path in ("export.csv", "actual-and-amortized.csv"):
        with pytest.raises(BadInput, match="actual or the amortized"):
            read({}, file=path)


@pytest.mark.parametrize(
    ("changes", "file"),
    [
        ([COVERED | {"ChargeType": "Purchase"}, {"ChargeType": "UnusedReservation"}], "x.csv"),
        ([COVERED | {"ChargeType": "Purchase"}], AMORTISED),
        ([COVERED], ACTUAL),
    ],
)
def test_a_file_that_says_both_is_refused(changes: list[dict[str, Any]], file: str) -> None:
    with pytest.raises(BadInput, match="one view of the bill"):
        read(*changes, file=file)


def test_commitments_are_told_from_what_they_cover() -> None:
    reading = read(
        COVERED,
        {"ChargeType": "UnusedReservation", "ReservationId": "r1", "PricingModel": "Reservation"},
        {"ReservationId": None},
    )
    rows = reading.rows
    assert rows["commitment_status"].to_pylist() == ["used", "unused", None]
    assert rows["commitment_id"].to_pylist() == ["r1", "r1", None]
    assert rows["pricing_category"].to_pylist() == ["committed", "committed", "standard"]
    assert rows["charge_category"].to_pylist() == ["usage"] * 3
    assert rows["consumed_quantity"].to_pylist() == [Decimal(24), None, Decimal(24)]


# --- spellings


def test_other_agreements_spell_their_columns_otherwise() -> None:
    spelling = {
        "BillingAccountId": "billingAccountId",
        "BillingCurrency": "billingCurrencyCode",
        "Cost": "costInBillingCurrency",
        "Date": "date",
        "MeterName": "meterName",
    }
    theirs = table(MODEL).rename_columns(
        [spelling.get(name, name) for name in table(MODEL).column_names]
    )
    raw = RawTable(AMORTISED, theirs)
    reader, confidence = choose_reader(raw, None)
    assert (reader.name, confidence > 0.9) == ("azure_cost", True)
    assert reader.read(raw).rows.equals(read(MODEL).rows)


@pytest.mark.parametrize(
    "written", ["09/21/2026", "9/21/2026", "2026-09-21", "2026-09-21T00:00:00Z"]
)
def test_dates_month_first_or_iso(written: str) -> None:
    row = one({"Date": written})
    assert row["period_start"] == datetime(2026, 9, 21, tzinfo=UTC)
    assert row["billing_period_end"] == datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Date", "1/5/25"),
        ("Date", "21/09/2026"),
        ("Date", None),
        ("Cost", "1,5"),
        ("Cost", None),
        ("Quantity", "many"),
        ("BillingPeriodEndDate", "08/31/2026"),
        ("BillingCurrency", "US"),
        ("BillingAccountId", None),
        ("Tags", '"team": "ads'),
    ],
)
def test_a_bad_value_is_named(field: str, value: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        read({}, {field: value})
    assert (caught.value.row, caught.value.field) == (2, field)
    assert field != "Tags" or "ads" not in str(caught.value)
