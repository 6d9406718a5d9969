"""Columns of Azure cost exports under one spelling: agreements and versions have their own."""

from __future__ import annotations

from dataclasses import replace

from ledger.readers.contract import RawTable

__all__ = ["spelled", "unified"]

# Spelling of the EA export (our own) -> other spellings, without regard to case. The first column
# of a file that has one of them is taken. Source: Microsoft, "Understand usage details fields".
_SPELLINGS = {
    "BillingAccountId": ("BillingAccountId",),
    "BillingPeriodStartDate": ("BillingPeriodStartDate",),
    "BillingPeriodEndDate": ("BillingPeriodEndDate",),
    "Date": ("Date", "UsageDate", "UsageDateTime"),
    "Cost": ("CostInBillingCurrency", "Cost", "PreTaxCost"),
    "BillingCurrency": ("BillingCurrency", "BillingCurrencyCode", "Currency"),
    "Quantity": ("Quantity", "UsageQuantity"),
    "UnitOfMeasure": ("UnitOfMeasure",),
    "MeterCategory": ("MeterCategory",),
    "MeterSubCategory": ("MeterSubCategory",),
    "MeterName": ("MeterName",),
    "MeterId": ("MeterId",),
    "ChargeType": ("ChargeType",),
    "Frequency": ("Frequency",),
    "PricingModel": ("PricingModel",),
    "ReservationId": ("ReservationId",),
    "BenefitId": ("BenefitId",),
    "UnitPrice": ("UnitPrice",),
    "PayGPrice": ("PayGPrice",),
    "Product": ("Product", "ProductName"),
    "ServiceFamily": ("ServiceFamily",),
    "ConsumedService": ("ConsumedService",),
    "ResourceLocation": ("ResourceLocation",),
    "ResourceId": ("ResourceId", "InstanceId", "InstanceName"),
    "SubscriptionId": ("SubscriptionId", "SubscriptionGuid"),
    "InvoiceId": ("InvoiceId",),
    "PublisherName": ("PublisherName",),
    "AdditionalInfo": ("AdditionalInfo",),
    "Tags": ("Tags",),
}


def spelled(columns: frozenset[str]) -> dict[str, str]:
    """Our spelling of each column of a file that has one -> the file's own."""
    own = {name.casefold(): name for name in sorted(columns, reverse=True)}
    found = {}
    for name, spellings in _SPELLINGS.items():
        known = (own.get(spelling.casefold()) for spelling in spellings)
        first = next((column for column in known if column is not None), None)
        if first is not None:
            found[name] = first
    return found


def unified(raw: RawTable) -> RawTable:
    """The file with its known columns under our spelling and no others."""
    names = spelled(frozenset(raw.table.column_names))
    table = raw.table.select(list(names.values())).rename_columns(list(names))
    return replace(raw, table=table)
