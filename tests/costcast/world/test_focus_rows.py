"""Every row of the bill keeps the rules of FOCUS 1.2."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from costcast.world import focus_rows

Row = dict[str, str]
Delivered = Callable[[str, str], list[Row]]

FILES = ("2026-09-05", "2026-10-05", "2026-10-20")

MANDATORY = (
    "BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "BillingAccountId",
    "BillingCurrency", "BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart",
    "ChargePeriodEnd", "ChargeCategory", "InvoiceIssuerName", "ProviderName", "PublisherName",
    "ServiceCategory", "ServiceName", "ServiceSubcategory", "ChargeFrequency",
    "BillingAccountType",
)  # fmt: skip
VALUES = {
    "ChargeCategory": {"Usage", "Purchase", "Tax"},
    "ChargeClass": {"", "Correction"},
    "ChargeFrequency": {"One-Time", "Recurring", "Usage-Based"},
    "PricingCategory": {"", "Standard", "Committed"},
    "CommitmentDiscountCategory": {"", "Usage"},
    "CommitmentDiscountStatus": {"", "Used", "Unused"},
    "BillingCurrency": {"USD"},
}
SUBCATEGORIES = {
    ("Compute", "Virtual Machines"),
    ("Storage", "Object Storage"),
    ("Management and Governance", "Support"),
}
DETAILS = {"CoreCount", "GpuCount", "InstanceType", "MemorySize", "OperatingSystem", "StorageClass"}
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module", params=FILES)
def rows(request: pytest.FixtureRequest, delivered: Delivered) -> list[Row]:
    return delivered(request.param, "focus")


def test_columns_are_in_order_of_name_and_each_once(rows: list[Row]) -> None:
    assert tuple(rows[0]) == focus_rows.COLUMNS == tuple(sorted(set(focus_rows.COLUMNS)))


def test_values_are_present_allowed_and_formatted(rows: list[Row]) -> None:
    for row in rows:
        assert all(row[column] for column in MANDATORY)
        assert all(row[column] in allowed for column, allowed in VALUES.items())
        assert (row["ServiceCategory"], row["ServiceSubcategory"]) in SUBCATEGORIES
        for column, text in row.items():
            if column.endswith(("Cost", "UnitPrice", "Quantity")) and text:
                assert DECIMAL.fullmatch(text)
            if column.endswith(("PeriodStart", "PeriodEnd")):
                assert TIME.fullmatch(text)


def test_periods_are_half_open_and_nested_unless_corrected(rows: list[Row]) -> None:
    for row in rows:
        times = [
            datetime.fromisoformat(row[column])
            for column in (
                "BillingPeriodStart",
                "ChargePeriodStart",
                "ChargePeriodEnd",
                "BillingPeriodEnd",
            )
        ]
        assert times[1] < times[2]
        if row["ChargeClass"] == "Correction":
            assert times[1] < times[0]
        else:
            assert times == sorted(times)


def test_costs_follow_from_prices_and_fall_from_list_to_effective(rows: list[Row]) -> None:
    for row in rows:
        if row["ChargeCategory"] == "Tax":
            continue
        quantity = Decimal(row["PricingQuantity"])
        assert Decimal(row["ListCost"]) == Decimal(row["ListUnitPrice"]) * quantity
        assert Decimal(row["ContractedCost"]) == Decimal(row["ContractedUnitPrice"]) * quantity
        if row["ChargeClass"] != "Correction":
            costs = [Decimal(row[name]) for name in ("ListCost", "ContractedCost", "EffectiveCost")]
            assert costs == sorted(costs, reverse=True)


def test_columns_that_belong_together(rows: list[Row]) -> None:
    for row in rows:
        used = row["ChargeCategory"] == "Usage" and row["CommitmentDiscountStatus"] != "Unused"
        assert bool(row["ConsumedQuantity"]) == bool(row["ConsumedUnit"]) == used
        tax = row["ChargeCategory"] == "Tax"
        for column in ("PricingQuantity", "PricingUnit", "ListUnitPrice", "SkuId", "SkuPriceId"):
            assert bool(row[column]) != tax
        assert bool(row["PricingCategory"]) != tax
        assert bool(row["ResourceId"]) == bool(row["ResourceName"]) == bool(row["ResourceType"])
        if row["ChargeCategory"] == "Purchase":
            assert row["ChargeFrequency"] != "Usage-Based"
        for column in ("SkuPriceDetails", "Tags"):
            if row[column]:
                assert all(
                    isinstance(value, str | int) for value in json.loads(row[column]).values()
                )
        assert set(json.loads(row["SkuPriceDetails"] or "{}")) <= DETAILS


def test_commitment_columns_are_there_together_or_not_at_all(rows: list[Row]) -> None:
    for row in rows:
        there = bool(row["CommitmentDiscountId"])
        for part in ("Category", "Name", "Type", "Unit", "Quantity"):
            assert bool(row[f"CommitmentDiscount{part}"]) == there
        assert bool(row["CommitmentDiscountStatus"]) == (there and row["ChargeCategory"] == "Usage")
        assert (row["PricingCategory"] == "Committed") == bool(row["CommitmentDiscountStatus"])


def test_a_reservation_is_billed_when_bought_and_effective_when_used(rows: list[Row]) -> None:
    bought: dict[str, Decimal] = defaultdict(Decimal)
    amortised: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["CommitmentDiscountId"]:
            bought[row["ChargePeriodStart"]] += Decimal(row["BilledCost"])
            amortised[row["ChargePeriodStart"]] += Decimal(row["EffectiveCost"])
    assert bought
    assert bought == amortised


def test_invoices_come_on_the_third(delivered: Delivered) -> None:
    for day in ("2026-10-02", "2026-10-04"):
        for row in delivered(day, "focus"):
            closed = row["BillingPeriodStart"].startswith("2026-09")
            invoiced = closed and date.fromisoformat(day).day >= 3
            assert row["InvoiceId"] == ("EINV-202609-0001" if invoiced else "")


def test_about_three_percent_of_the_use_has_no_tags(delivered: Delivered) -> None:
    used = [row for row in delivered("2026-09-05", "focus") if row["ConsumedQuantity"]]
    untagged = sum(not row["Tags"] for row in used)
    assert 0.02 < untagged / len(used) < 0.045
