"""Rows of the cloud bill in FOCUS 1.2.

The columns are those of FOCUS 1.2 without the conditional ones that do not apply here: capacity
reservations, and prices in another currency than the bill's.
"""

from __future__ import annotations

from datetime import date, timedelta

from costcast.world.bill import Line
from costcast.world.calendar import month_after
from costcast.world.focus_resources import (
    COMPUTE,
    MANAGEMENT,
    PAYER,
    REGION,
    Row,
    owner_columns,
    resource_columns,
    sku_of,
)
from costcast.world.hardware import ENDPOINT_MACHINE
from costcast.world.prices import (
    GPU_PRICES,
    PICO,
    RESERVED_PRICE,
    SUPPORT_FEE,
    contracted,
    decimal_text,
)
from costcast.world.runs import Run

__all__ = ["COLUMNS", "charge", "correction", "purchase", "support", "tax", "unused"]

COLUMNS = (
    "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName",
    "BillingAccountType", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart",
    "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd",
    "ChargePeriodStart", "CommitmentDiscountCategory", "CommitmentDiscountId",
    "CommitmentDiscountName", "CommitmentDiscountQuantity", "CommitmentDiscountStatus",
    "CommitmentDiscountType", "CommitmentDiscountUnit", "ConsumedQuantity", "ConsumedUnit",
    "ContractedCost", "ContractedUnitPrice", "EffectiveCost", "InvoiceId", "InvoiceIssuerName",
    "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit",
    "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName",
    "ResourceType", "ServiceCategory", "ServiceName", "ServiceSubcategory", "SkuId", "SkuMeter",
    "SkuPriceDetails", "SkuPriceId", "SubAccountId", "SubAccountName", "SubAccountType", "Tags",
)  # fmt: skip

_CHARGED = {
    "BillingAccountId": PAYER,
    "BillingAccountName": "Example Retail",
    "BillingAccountType": "Organization",
    "BillingCurrency": "USD",
    "InvoiceIssuerName": "Amazon Web Services, Inc.",
    "ProviderName": "AWS",
    "PublisherName": "AWS",
    "SubAccountType": "Account",
}
_SUPPORT = {
    "ServiceCategory": "Management and Governance",
    "ServiceSubcategory": "Support",
    "ServiceName": "AWS Support",
}
_RESERVATION = "arn:aws:ec2:us-east-1:210000000001:reserved-instances/5f1c0f3a-endpoints-2026"
_RESERVATION_COLUMNS = {
    "CommitmentDiscountCategory": "Usage",
    "CommitmentDiscountId": _RESERVATION,
    "CommitmentDiscountName": "endpoints-2026",
    "CommitmentDiscountType": "Reserved Instance",
    "CommitmentDiscountUnit": "Hours",
}
_RESERVED_LIST_PRICE = GPU_PRICES[ENDPOINT_MACHINE][-1].list_price
#: Tax on everything billed, in hundredths of a percent.
_TAX_RATE = 825
_CENT = PICO // 100


def charge(
    line: Line,
    day: date,
    quantity: int,
    list_price: int,
    *,
    reserved: bool,
    run: Run | None = None,
) -> Row:
    """Use of a resource on a day; `quantity` in millionths, `list_price` in micro-dollars."""
    price = contracted(list_price)
    effective = quantity * (RESERVED_PRICE if reserved else price)
    row = _dated(day, day) | resource_columns(line, run) | _priced(quantity, list_price, price)
    row |= {
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "ConsumedQuantity": decimal_text(quantity, 6),
        "ConsumedUnit": row["PricingUnit"],
        "BilledCost": "0" if reserved else decimal_text(effective, 12),
        "EffectiveCost": decimal_text(effective, 12),
        "PricingCategory": "Committed" if reserved else "Standard",
    }
    if reserved:
        row |= _RESERVATION_COLUMNS | {
            "CommitmentDiscountStatus": "Used",
            "CommitmentDiscountQuantity": decimal_text(quantity, 6),
        }
    return row


def correction(
    line: Line, day: date, quantity: int, list_price: int, booked_in: date, run: Run | None
) -> Row:
    """Give `quantity` back for use on a day whose billing period has been invoiced."""
    row = charge(line, day, -quantity, list_price, reserved=False, run=run)
    return row | _period(booked_in) | {
        "ChargeClass": "Correction",
        "ChargeDescription": f"Correction of machine hours metered twice on {day}",
    }  # fmt: skip


def purchase(day: date, quantity: int) -> Row:
    """The day's part of the reservation: billed now, effective where it is used."""
    billed = quantity * RESERVED_PRICE
    return (
        _dated(day, day)
        | COMPUTE
        | _reservation_resource()
        | _RESERVATION_COLUMNS
        | _priced(quantity, RESERVED_PRICE, RESERVED_PRICE)
        | {
            "ChargeCategory": "Purchase",
            "ChargeDescription": "Reservation of sixteen g6e.xlarge for one year, no upfront",
            "ChargeFrequency": "Recurring",
            "CommitmentDiscountQuantity": decimal_text(quantity, 6),
            "BilledCost": decimal_text(billed, 12),
            "EffectiveCost": "0",
            "PricingCategory": "Standard",
        }
    )


def unused(day: date, quantity: int) -> Row:
    """The part of the reservation that nobody used on a day: waste, not demand."""
    return (
        _dated(day, day)
        | COMPUTE
        | _reservation_resource()
        | _RESERVATION_COLUMNS
        | _priced(quantity, _RESERVED_LIST_PRICE, contracted(_RESERVED_LIST_PRICE))
        | {
            "ChargeCategory": "Usage",
            "ChargeDescription": "Reservation endpoints-2026, unused",
            "ChargeFrequency": "Usage-Based",
            "CommitmentDiscountStatus": "Unused",
            "CommitmentDiscountQuantity": decimal_text(quantity, 6),
            "BilledCost": "0",
            "EffectiveCost": decimal_text(quantity * RESERVED_PRICE, 12),
            "PricingCategory": "Committed",
        }
    )


def support(month: date) -> Row:
    """The month's support fee, charged on its first day."""
    fee = decimal_text(SUPPORT_FEE, 12)
    return (
        _dated(month, month)
        | owner_columns(PAYER, MANAGEMENT)
        | _SUPPORT
        | dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"), fee)
        | {
            "ChargeCategory": "Purchase",
            "ChargeDescription": "Enterprise On-Ramp support, monthly fee",
            "ChargeFrequency": "Recurring",
            "ContractedUnitPrice": fee,
            "ListUnitPrice": fee,
            "PricingCategory": "Standard",
            "PricingQuantity": "1",
            "PricingUnit": "Months",
            "SkuId": "SUPPORT-ONRAMP",
            "SkuPriceId": "SUPPORT-ONRAMP.MONTHLY",
        }
    )


def tax(month: date, billed: int) -> tuple[Row, int]:
    """Tax on what the bill has so far, and its pico-dollars; whole cents, on the first day."""
    amount = billed * _TAX_RATE // 10_000 // _CENT * _CENT
    text = decimal_text(amount, 12)
    row = (
        _dated(month, month)
        | owner_columns(PAYER, MANAGEMENT)
        | COMPUTE
        | dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"), text)
        | {
            "ChargeCategory": "Tax",
            "ChargeDescription": "Sales tax on the charges of the billing period so far",
            "ChargeFrequency": "Recurring",
        }
    )
    return row, amount


def _dated(day: date, month: date) -> Row:
    return _CHARGED | _period(month.replace(day=1)) | {
        "ChargePeriodStart": _midnight(day),
        "ChargePeriodEnd": _midnight(day + timedelta(days=1)),
    }  # fmt: skip


def _period(month: date) -> Row:
    return {
        "BillingPeriodStart": _midnight(month),
        "BillingPeriodEnd": _midnight(month_after(month)),
    }


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _priced(quantity: int, list_price: int, price: int) -> Row:
    """Prices and the two costs that follow from them by multiplication."""
    return {
        "PricingQuantity": decimal_text(quantity, 6),
        "ListUnitPrice": decimal_text(list_price, 6),
        "ContractedUnitPrice": decimal_text(price, 6),
        "ListCost": decimal_text(quantity * list_price, 12),
        "ContractedCost": decimal_text(quantity * price, 12),
    }


def _reservation_resource() -> Row:
    return (
        owner_columns(PAYER, MANAGEMENT)
        | REGION
        | {
            "PricingUnit": "Hours",
            "ResourceId": _RESERVATION,
            "ResourceName": "endpoints-2026",
            "ResourceType": "Reserved Instance",
            "SkuId": sku_of(ENDPOINT_MACHINE),
            "SkuMeter": f"Reservation:{ENDPOINT_MACHINE}",
            "SkuPriceId": f"{sku_of(ENDPOINT_MACHINE)}.1YRNOUPFRONT",
        }
    )
