"""AWS CUR 2.0: two kinds of cost, tokens of Bedrock, GPUs, and the user's own tags."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from ledger.problems import BadInput
from ledger.readers.aws_cur import READER
from ledger.readers.contract import RawTable, Reading

ROW: dict[str, Any] = {
    "bill_payer_account_id": "111",
    "bill_billing_period_start_date": "2026-09-01T00:00:00.000Z",
    "bill_billing_period_end_date": "2026-10-01T00:00:00.000Z",
    "line_item_currency_code": "USD",
    "line_item_line_item_type": "Usage",
    "line_item_product_code": "AmazonEC2",
    "line_item_unblended_cost": "2.5",
    "line_item_usage_amount": "2",
    "line_item_usage_start_date": "2026-09-12T03:00:00.000Z",
    "line_item_usage_end_date": "2026-09-12T04:00:00.000Z",
    "line_item_usage_type": "USE1-BoxUsage:m5.large",
    "pricing_unit": "Hrs",
}
BEDROCK = {
    "line_item_product_code": "AmazonBedrock",
    "line_item_usage_type": "USE1-Claude4Sonnet-cache-write-input-token-count",
    "line_item_usage_amount": "433.893",
    "line_item_unblended_cost": "1.7898",
    "pricing_unit": "1K tokens",
}


def read(*changes: dict[str, Any]) -> Reading:
    rows = [{**ROW, **change} for change in changes]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array([row.get(name) for row in rows]) for name in names}
    return READER.read(RawTable("cur.csv", pa.table(columns)))


def one(change: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = read(change).rows.to_pylist()[0]
    return found


def test_a_thousand_tokens_is_the_unit_of_bedrock() -> None:
    row = one(BEDROCK)
    assert row["input_tokens_cache_write_5m"] == 433_893
    assert row["billed_cost"] == row["effective_cost"] == Decimal("1.7898")
    assert (row["provider"], row["raw_model"], row["meter"]) == (
        "aws.bedrock",
        "Claude4Sonnet",
        "tokens",
    )
    others = ("input_tokens_uncached", "input_tokens_cache_read", "output_tokens", "gpu_hours")
    assert all(row[name] is None for name in others)
    assert (row["consumed_quantity"], row["consumed_unit"]) == (Decimal("433.893"), "1K tokens")


def test_a_marketplace_model_is_named_by_its_product_and_counted_in_millions() -> None:
    row = one(
        {
            "line_item_product_code": "5xw2bg9ydwzsg5bm8bqdq1fnq",
            "line_item_usage_type": "USE1-MP:USE1_OutputTokenCount-Units",
            "line_item_usage_amount": "0.0005",
            "line_item_unblended_cost": "0.0075",
            "pricing_unit": "Units",
            "product": '{"product_name": "Claude Sonnet 4.5 (Amazon Bedrock Edition)"}',
        }
    )
    assert (row["provider"], row["raw_model"]) == ("aws.bedrock", "Claude Sonnet 4.5")
    assert row["output_tokens"] == 500


def test_tokens_at_a_price_that_does_not_exist_are_unknown_and_said_to_be() -> None:
    reading = read(BEDROCK, BEDROCK | {"line_item_unblended_cost": "1789.8"})
    assert reading.rows["input_tokens_cache_write_5m"].to_pylist() == [433_893, None]
    assert any(note.startswith("1 rows of tokens have a cost") for note in reading.notes)


def test_what_bedrock_rows_do_not_count_is_reported_by_name() -> None:
    guardrail = "USE1-Guardrail-ContentPolicyUnitsConsumed"
    reading = read(BEDROCK, BEDROCK | {"line_item_usage_type": guardrail})
    assert reading.rows.num_rows == 2
    assert any(guardrail in note and note.startswith("1 rows") for note in reading.notes)


@pytest.mark.parametrize(
    ("change", "machine", "gpu_hours", "meter"),
    [
        ({"line_item_usage_type": "USE1-BoxUsage:p4d.24xlarge"}, "p4d.24xlarge", 16, "gpu_time"),
        ({"line_item_usage_type": "SpotUsage:g5.2xlarge"}, "g5.2xlarge", 2, "gpu_time"),
        (
            {
                "line_item_product_code": "AmazonSageMaker",
                "line_item_usage_type": "USE1-Host:ml.g5.12xlarge",
                "product_instance_type": "ml.g5.12xlarge",
            },
            "ml.g5.12xlarge",
            8,
            "gpu_time",
        ),
        (
            {"line_item_usage_type": "BoxUsage:new.large", "product": '{"gpu": "3"}'},
            "new.large",
            6,
            "gpu_time",
        ),
        ({"product": '{"gpu": "NA"}'}, "m5.large", None, "compute_time"),
        ({"line_item_usage_type": "USE1-TimedStorage-ByteHrs"}, None, None, "storage"),
        ({"line_item_usage_type": "USE1-DataTransfer-Out-Bytes"}, None, None, "network"),
        ({"line_item_usage_type": "USE1-Something"}, None, None, "cost"),
    ],
)
def test_machines_and_their_gpus(
    change: dict[str, Any], machine: str | None, gpu_hours: float | None, meter: str
) -> None:
    row = one(change)
    assert (row["instance_type"], row["gpu_hours"], row["meter"]) == (machine, gpu_hours, meter)
    assert row["provider"] == "aws"
    assert row["raw_model"] is None


PLAN = {"savings_plan_savings_plan_a_r_n": "arn:plan"}
RESERVED = {"reservation_reservation_a_r_n": "arn:ri"}


@pytest.mark.parametrize(
    ("kind", "change", "effective", "category", "status"),
    [
        ("Usage", {}, "2.5", "usage", None),
        (
            "SavingsPlanCoveredUsage",
            PLAN | {"savings_plan_savings_plan_effective_cost": "1.5"},
            "1.5",
            "usage",
            "used",
        ),
        ("SavingsPlanNegation", PLAN, "0", "usage", None),
        ("SavingsPlanUpfrontFee", PLAN, "0", "purchase", None),
        (
            "SavingsPlanRecurringFee",
            PLAN
            | {
                "savings_plan_total_commitment_to_date": "2.5",
                "savings_plan_used_commitment": "2",
            },
            "0.5",
            "purchase",
            "unused",
        ),
        (
            "DiscountedUsage",
            RESERVED | {"reservation_effective_cost": "0.75"},
            "0.75",
            "usage",
            "used",
        ),
        (
            "RIFee",
            RESERVED
            | {
                "reservation_unused_amortized_upfront_fee_for_billing_period": "0.1",
                "reservation_unused_recurring_fee": "0.2",
            },
            "0.3",
            "purchase",
            "unused",
        ),
        ("Fee", RESERVED, "0", "purchase", None),
        ("Fee", {}, "2.5", "purchase", None),
        ("Tax", {}, "2.5", "tax", None),
        ("Credit", {}, "2.5", "credit", None),
        ("Refund", {}, "2.5", "adjustment", None),
        ("EdpDiscount", {}, "2.5", "usage", None),
    ],
)
def test_effective_cost_is_amortised_and_billed_is_the_invoice(
    kind: str, change: dict[str, Any], effective: str, category: str, status: str | None
) -> None:
    row = one({"line_item_line_item_type": kind} | change)
    assert row["billed_cost"] == Decimal("2.5")
    assert row["effective_cost"] == Decimal(effective)
    assert (row["charge_category"], row["commitment_status"]) == (category, status)


def test_a_commitment_over_its_life_costs_what_was_paid_for_it() -> None:
    """FOCUS: effective cost of what it covers and of what is unused = billed cost of its fees."""
    reading = read(
        PLAN
        | {
            "line_item_line_item_type": "SavingsPlanCoveredUsage",
            "line_item_unblended_cost": "4",
            "savings_plan_savings_plan_effective_cost": "2",
        },
        PLAN
        | {"line_item_line_item_type": "SavingsPlanNegation", "line_item_unblended_cost": "-4"},
        PLAN
        | {
            "line_item_line_item_type": "SavingsPlanRecurringFee",
            "line_item_unblended_cost": "2.5",
            "savings_plan_total_commitment_to_date": "2.5",
            "savings_plan_used_commitment": "2",
        },
    )
    for name in ("billed_cost", "effective_cost"):
        assert sum(row[name] for row in reading.rows.to_pylist()) == Decimal("2.5")


def test_covered_use_without_its_amortised_cost_is_unknown() -> None:
    reading = read({"line_item_line_item_type": "DiscountedUsage"})
    assert reading.rows["effective_cost"].to_pylist() == [None]
    assert any(note.startswith("1 rows have no amortised cost") for note in reading.notes)


def test_only_use_is_consumed() -> None:
    discount = BEDROCK | {"line_item_line_item_type": "EdpDiscount"}
    reading = read(BEDROCK, discount | {"line_item_unblended_cost": "-0.2"})
    assert reading.rows["input_tokens_cache_write_5m"].to_pylist() == [433_893, None]
    assert reading.rows["consumed_quantity"].to_pylist()[1] is None
    assert reading.rows["raw_model"].to_pylist() == ["Claude4Sonnet"] * 2


def test_an_unknown_kind_of_charge_is_kept_out_of_the_demand_and_said() -> None:
    reading = read({"line_item_line_item_type": "SolarFlareFee"})
    row = reading.rows.to_pylist()[0]
    assert (row["charge_category"], row["billed_cost"]) == ("adjustment", Decimal("2.5"))
    assert any("SolarFlareFee" in note for note in reading.notes)


def test_both_clocks() -> None:
    row = one(
        {
            "line_item_usage_start_date": "2026-08-31T23:00:00Z",
            "line_item_usage_end_date": "2026-09-01T00:00:00Z",
        }
    )
    assert row["clock_bucket"] == date(2026, 9, 1)
    assert row["period_start"] == datetime(2026, 8, 31, 23, tzinfo=UTC)
    assert row["granularity"] == "hour"


def test_monthly_fees_are_booked_on_their_first_day_and_said_to_be() -> None:
    reading = read({"line_item_usage_end_date": "2026-10-01T00:00:00Z"})
    assert reading.rows["granularity"].to_pylist() == ["day"]
    assert any(note.startswith("1 charges of more than a day") for note in reading.notes)


def test_a_parquet_report_has_maps_and_timestamps_and_gives_the_same() -> None:
    tags = pa.array([[("user_team", "ads"), ("aws_x", "y")]], pa.map_(pa.string(), pa.string()))
    start = pa.array([datetime(2026, 9, 12, 3)], pa.timestamp("ms"))  # noqa: DTZ001 (CUR has none)
    columns = {name: pa.array([value]) for name, value in ROW.items()}
    columns["line_item_unblended_cost"] = pa.array([2.5], pa.float64())
    columns["line_item_usage_amount"] = pa.array([2.0], pa.float64())
    columns |= {"resource_tags": tags, "line_item_usage_start_date": start}
    parquet = READER.read(RawTable("cur.parquet", pa.table(columns))).rows
    text = read({"resource_tags": '{"user_team": "ads", "aws_x": "y"}'}).rows
    assert parquet.equals(text)
    assert json.loads(str(text["tags"][0])) == {"team": "ads", "aws_x": "y"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("line_item_unblended_cost", "1,5"),
        ("line_item_unblended_cost", None),
        ("line_item_usage_end_date", "2026-09-12T02:00:00Z"),
        ("line_item_usage_start_date", "9/12/26"),
        ("line_item_line_item_type", None),
        ("line_item_currency_code", "dollars"),
        ("bill_payer_account_id", None),
    ],
)
def test_a_bad_value_is_named(field: str, value: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        read({}, {field: value})
    assert (caught.value.file, caught.value.row, caught.value.field) == ("cur.csv", 2, field)


def test_negative_tokens_are_refused() -> None:
    with pytest.raises(BadInput) as caught:
        read(BEDROCK, BEDROCK | {"line_item_usage_amount": "-1", "line_item_unblended_cost": "0"})
    assert (caught.value.row, caught.value.field) == (2, "line_item_usage_amount")


def test_a_later_piece_of_a_file_keeps_its_row_numbers() -> None:
    row = {name: pa.array([value, value]) for name, value in ROW.items()}
    reading = READER.read(RawTable("cur.csv", pa.table(row), first_row=101))
    assert reading.rows["row_number"].to_pylist() == [101, 102]
    row["line_item_unblended_cost"] = pa.array(["1", "many"])
    with pytest.raises(BadInput) as caught:
        READER.read(RawTable("cur.csv", pa.table(row), first_row=101))
    assert caught.value.row == 102
