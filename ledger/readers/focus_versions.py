"""The version of a FOCUS export, told by the columns it has: no file states it."""

from __future__ import annotations

__all__ = ["focus_version"]

# Columns that a version brought (FOCUS changelog), newest first: one of them is proof enough.
_BROUGHT = (
    ("1.4", {"CommitmentProgramEligibilityDetails"}),
    (
        "1.3",
        {
            "AllocatedMethodDetails",
            "AllocatedMethodId",
            "AllocatedResourceId",
            "AllocatedResourceName",
            "AllocatedTags",
            "ContractApplied",
            "HostProviderName",
            "ServiceProviderName",
        },
    ),
    (
        "1.2",
        {
            "BillingAccountType",
            "InvoiceId",
            "PricingCurrency",
            "PricingCurrencyContractedUnitPrice",
            "PricingCurrencyEffectiveCost",
            "PricingCurrencyListUnitPrice",
            "SubAccountType",
        },
    ),
    (
        "1.1",
        {
            "CapacityReservationId",
            "CapacityReservationStatus",
            "CommitmentDiscountQuantity",
            "CommitmentDiscountUnit",
            "ServiceSubcategory",
            "SkuMeter",
            "SkuPriceDetails",
        },
    ),
)
# Mandatory until 1.3, removed by 1.4.
_GONE_IN_1_4 = {"ProviderName", "PublisherName"}


def focus_version(columns: frozenset[str]) -> str:
    """Version of FOCUS, "1.0" to "1.4".

    >>> focus_version(frozenset({"BilledCost", "ProviderName", "SkuMeter"}))
    '1.1'
    """
    if "ServiceProviderName" in columns and not _GONE_IN_1_4 & columns:
        return "1.4"
    return next((version for version, brought in _BROUGHT if brought & columns), "1.0")
