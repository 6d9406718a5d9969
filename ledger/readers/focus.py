"""FOCUS bills, versions 1.0 to 1.4: the FinOps Open Cost and Usage Specification.

Every row is kept, also taxes, credits, refunds and corrections: what is demand and what is not is
a judgement of the panel. A bill speaks for whole billing periods.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.mapping import CHARGE_CATEGORIES
from ledger.readers.amounts import parse_amounts
from ledger.readers.canonical import canonical_rows, first_of_month
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.encoded import each, plain
from ledger.readers.fields import Column, Field, Fields
from ledger.readers.flat_json import flat_objects, member
from ledger.readers.focus_checks import CHECKED_COLUMNS, refuse_cents
from ledger.readers.focus_meters import gpu_hours, meters
from ledger.readers.focus_tokens import focus_tokens
from ledger.readers.focus_versions import focus_version
from ledger.readers.instants import parse_instants
from ledger.readers.providers import bill_providers
from ledger.readers.vocabulary import currencies, one_of

__all__ = ["READER", "Focus"]

_TIMES = ("ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd")
# Canonical column -> FOCUS column, where the value is taken as it stands.
_TEXTS = {
    "invoice_id": "InvoiceId",
    "charge_description": "ChargeDescription",
    "publisher": "PublisherName",
    "sub_account": "SubAccountId",
    "service_name": "ServiceName",
    "service_category": "ServiceCategory",
    "service_subcategory": "ServiceSubcategory",
    "region": "RegionId",
    "resource_id": "ResourceId",
    "resource_type": "ResourceType",
    "sku_id": "SkuId",
    "sku_meter": "SkuMeter",
    "commitment_id": "CommitmentDiscountId",
    "consumed_unit": "ConsumedUnit",
    "pricing_currency": "PricingCurrency",
}
_MONEY = {
    "billed_cost": "BilledCost",
    "effective_cost": "EffectiveCost",
    "list_cost": "ListCost",
    "contracted_cost": "ContractedCost",
    "consumed_quantity": "ConsumedQuantity",
    "pricing_currency_effective_cost": "PricingCurrencyEffectiveCost",
}
# Real exports disagree in case ("Usage-based"); the ledger keeps these words in lower case.
_CATEGORIES = {
    "charge_frequency": ("ChargeFrequency", ("one-time", "recurring", "usage-based")),
    "commitment_status": ("CommitmentDiscountStatus", ("used", "unused")),
    "pricing_category": ("PricingCategory", ("standard", "dynamic", "committed", "other")),
}
_NAMES_OF_PROVIDER = ("ServiceProviderName", "ProviderName", "InvoiceIssuerName")
_OTHERS = {"HostProviderName", "ChargeClass", "SkuPriceDetails", "Tags"}


class Focus:
    """Reader of FOCUS cost and usage data."""

    streams = True

    name = "focus"
    source = "focus"
    clock: Clock = "billing_period"
    mode: DeliveryMode = "snapshot"
    required = frozenset(
        {*_TIMES, "BilledCost", "EffectiveCost", "BillingAccountId", "BillingCurrency"}
        | {"ChargeCategory"}
    )
    columns = (
        required
        | frozenset(_TEXTS.values())
        | frozenset(_MONEY.values())
        | frozenset(column for column, _ in _CATEGORIES.values())
        | frozenset(_NAMES_OF_PROVIDER)
        | CHECKED_COLUMNS
        | _OTHERS
    )

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per row of the bill; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive={"Tags"}, encoded=True)
        refuse_cents(fields)
        times, time_notes = _times(fields)
        amounts, amount_notes = _amounts(fields)
        details, token_notes = _details(fields, amounts["consumed_quantity"])
        version = focus_version(raw.names)
        rows = canonical_rows(
            fields.rows,
            times
            | amounts
            | _labels(fields)
            | details
            | {
                "source": self.source,
                "account": fields.needed_words("BillingAccountId"),
                "cost_origin": "billed",
                "currency": currencies(fields["BillingCurrency"]),
                "is_correction": _corrections(fields["ChargeClass"]),
            },
            first_row=fields.first_row,
        )
        notes = (f"FOCUS {version} by its columns", *time_notes, *amount_notes, *token_notes)
        return Reading(rows=rows, rows_in=fields.rows, notes=notes)


def _times(fields: Fields) -> tuple[dict[str, Any], tuple[str, ...]]:
    found = {name: parse_instants(fields[name].required()) for name in _TIMES}
    start, end, billed_from, billed_to = (found[name].values for name in _TIMES)
    for name, first, last in (
        ("ChargePeriodEnd", start, end),
        ("BillingPeriodEnd", billed_from, billed_to),
    ):
        fields[name].refuse_where(pc.less_equal(last, first), f"a time after {name[:-3]}Start")
    length = pc.subtract(end, start)
    hourly = pc.less_equal(length, _duration(hours=1))
    longer = pc.greater(length, _duration(days=1)).true_count
    without_zone = sum(instants.without_zone for instants in found.values())
    notes = []
    if without_zone:
        notes.append(f"{without_zone:,} times without a zone were taken as UTC")
    if longer:
        notes.append(f"{longer:,} charges of more than a day are booked on their first day")
    return {
        "period_start": start,
        "period_end": end,
        "granularity": pc.if_else(hourly, pa.scalar("hour"), pa.scalar("day")),
        "billing_period_start": billed_from,
        "billing_period_end": billed_to,
        "clock_bucket": first_of_month(billed_from),
    }, tuple(notes)


def _amounts(fields: Fields) -> tuple[dict[str, Column], tuple[str, ...]]:
    columns: dict[str, Column] = {}
    notes: tuple[str, ...] = ()
    for name, column in _MONEY.items():
        amounts = parse_amounts(fields[column])
        columns[name] = amounts.values
        notes += amounts.note(column)
        if column in Focus.required and amounts.values.null_count:
            notes += (f"{amounts.values.null_count:,} rows have no {column}",)
    return columns, notes


def _labels(fields: Fields) -> dict[str, Column]:
    labels = {name: fields.words(column) for name, column in _TEXTS.items()}
    for name, (column, allowed) in _CATEGORIES.items():
        labels[name] = one_of(fields[column], allowed)
    charge = fields["ChargeCategory"].required()
    return labels | {
        "provider": bill_providers(_names_of_provider(fields)),
        "host_provider": each(fields.words("HostProviderName"), pc.utf8_lower),
        "charge_category": one_of(charge, CHARGE_CATEGORIES),
    }


def _names_of_provider(fields: Fields) -> Column:
    """The first of the three names that a row has."""
    names = [fields.words(name) for name in _NAMES_OF_PROVIDER if name in fields]
    if not names:
        return fields.text(_NAMES_OF_PROVIDER[0])
    if not names[0].null_count:
        return names[0]
    column: Column = pc.coalesce(*map(plain, names))
    return column


def _details(fields: Fields, quantity: Column) -> tuple[dict[str, Column], tuple[str, ...]]:
    """What stands inside the two key-value columns, and the meter that follows from it; notes."""
    tags = flat_objects(fields["Tags"])
    sku = flat_objects(fields["SkuPriceDetails"])
    unit = fields["ConsumedUnit"]
    gpu_count = sku.with_values(member(sku, "GpuCount"))
    gpus = gpu_hours(quantity, unit, gpu_count)
    charge_category = one_of(fields["ChargeCategory"], CHARGE_CATEGORIES)
    tokens, notes = focus_tokens(fields, sku, quantity, charge_category)
    return tokens | {
        "tags": tags.values,
        "project": member(tags, "project"),
        "environment": member(tags, "environment", "env"),
        "raw_model": member(sku, "ModelId", "x_ModelId"),
        "instance_type": member(sku, "InstanceType"),
        "gpu_hours": gpus,
        "meter": meters(unit, fields["ServiceCategory"], charge_category, gpus),
    }, notes


def _corrections(field: Field) -> Column:
    return pc.is_valid(one_of(field, ("correction",)))


def _duration(**parts: int) -> pa.Scalar[Any]:
    return pa.scalar(timedelta(**parts), pa.duration("us"))


READER = Focus()
