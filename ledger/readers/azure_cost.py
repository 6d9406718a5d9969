"""Azure cost exports of Enterprise and Customer Agreements, actual and amortised.

The two are two views of one bill and never add up: an actual export fills `billed_cost` (cash) and
an amortised one `effective_cost` (accrual), with what was consumed. They are different accounts of
the source ("8611537/actual", "8611537/amortised"), so that neither replaces the other.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.amounts import parse_amounts
from ledger.readers.azure_bill_views import BillView, bill_view, is_committed
from ledger.readers.azure_columns import spelled, unified
from ledger.readers.azure_usage import USAGE_COLUMNS, usage_columns
from ledger.readers.booked import charge_categories
from ledger.readers.canonical import canonical_rows, first_of_month
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.exact import multiplied
from ledger.readers.fields import Column, Field, Fields
from ledger.readers.flat_json import flat_objects, member
from ledger.readers.instants import parse_instants
from ledger.readers.masks import only_where
from ledger.readers.vocabulary import currencies
from ledger.schema import MONEY

__all__ = ["READER", "AzureCost"]

_CATEGORIES = {
    "usage": "usage",
    "unusedreservation": "usage",
    "unusedsavingsplan": "usage",
    "purchase": "purchase",
    "refund": "purchase",  # of a reservation, or of what was bought on the marketplace
    "tax": "tax",
    "credit": "credit",
    "adjustment": "adjustment",
    "roundingadjustment": "adjustment",
    "creditadjustment": "adjustment",
}
# Canonical column -> column of the export, where the value is taken as it stands.
_TEXTS = {
    "invoice_id": "InvoiceId",
    "charge_description": "Product",
    "publisher": "PublisherName",
    "service_name": "MeterCategory",
    "service_category": "ServiceFamily",
    "service_subcategory": "MeterSubCategory",
    "resource_id": "ResourceId",
    "resource_type": "ConsumedService",
    "sku_id": "MeterId",
    "sku_meter": "MeterName",
}
_FREQUENCIES = {"onetime": "one-time", "recurring": "recurring", "usagebased": "usage-based"}
_PRICING = {
    "ondemand": "standard",
    "spot": "dynamic",
    "reservation": "committed",
    "savingsplan": "committed",
}
_DAY = pa.scalar(timedelta(days=1), pa.duration("us"))
_WANTED_DATE = "a date such as 09/12/2026 (month first) or 2026-09-12"


class AzureCost:
    """Reader of Azure cost exports."""

    name = "azure_cost"
    source = "azure"
    clock: Clock = "billing_period"
    mode: DeliveryMode = "snapshot"
    required = frozenset(
        {
            "BillingAccountId",
            "BillingCurrency",
            "BillingPeriodStartDate",
            "BillingPeriodEndDate",
            "ChargeType",
            "Cost",
            "Date",
            "MeterCategory",
            "MeterName",
            "Quantity",
            "UnitOfMeasure",
        }
    )
    columns = (
        required
        | frozenset(_TEXTS.values())
        | USAGE_COLUMNS
        | {"BenefitId", "Frequency", "PayGPrice", "PricingModel", "ReservationId"}
        | {"ResourceLocation", "SubscriptionId", "Tags", "UnitPrice"}
    )

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names in any spelling, in [0, 1]."""
        ours = frozenset(spelled(columns))
        return confidence(ours, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per row of the export; raises BadInput."""
        fields = Fields(unified(raw), self.columns, sensitive={"Tags"})
        amounts = parse_amounts(fields["Cost"].required())
        view = bill_view(fields, amounts.values)
        categories, notes = charge_categories(fields["ChargeType"], _CATEGORIES)
        measured, measured_notes = _measured(fields, view, amounts.values)
        rows = canonical_rows(
            fields.rows,
            _times(fields)
            | {name: fields.text(column) for name, column in _TEXTS.items()}
            | _labels(fields)
            | measured
            | {
                "source": self.source,
                "account": _accounts(fields["BillingAccountId"], view),
                "charge_category": categories,
                "cost_origin": "billed",
                "currency": currencies(fields["BillingCurrency"]),
            },
        )
        notes = (_SAYS[view], *notes, *amounts.note("Cost"), *measured_notes)
        return Reading(rows=rows, rows_in=fields.rows, notes=notes)


_SAYS: dict[BillView, str] = {
    "actual": "actual cost: the cash view (billed cost); what was used, and its accrual cost, "
    "comes from the amortized export of the same bill",
    "amortised": "amortized cost: the accrual view (effective cost); the cash view comes from the "
    "actual export of the same bill",
}


def _accounts(field: Field, view: BillView) -> Column:
    return field.required().map_distinct(
        lambda account: f"{account}/{view}", pa.string(), wanted="an account"
    )


def _times(fields: Fields) -> dict[str, Any]:
    day = _days(fields["Date"])
    billed_from = _days(fields["BillingPeriodStartDate"])
    # The last day of the period, which belongs to it.
    billed_to = pc.add(_days(fields["BillingPeriodEndDate"]), _DAY)
    fields["BillingPeriodEndDate"].refuse_where(
        pc.less_equal(billed_to, billed_from), "a day not before BillingPeriodStartDate"
    )
    return {
        "period_start": day,
        "period_end": pc.add(day, _DAY),
        "granularity": "day",
        "billing_period_start": billed_from,
        "billing_period_end": billed_to,
        "clock_bucket": first_of_month(billed_from),
    }


def _days(field: Field) -> Column:
    """Midnight UTC of dates as Azure writes them: month first, or ISO 8601 with or without time."""
    field = field.required()
    if not pa.types.is_string(field.values.type):
        return pc.floor_temporal(parse_instants(field).values, unit="day")
    return field.map_distinct(_midnight, pa.timestamp("us", tz="UTC"), wanted=_WANTED_DATE)


def _midnight(text: str) -> datetime:
    if "/" in text:
        return datetime.strptime(text.split(" ", maxsplit=1)[0], "%m/%d/%Y").replace(tzinfo=UTC)
    return datetime.strptime(text[:10], "%Y-%m-%d").replace(tzinfo=UTC)


def _measured(
    fields: Fields, view: BillView, cost: Column
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Money and quantities: each in one of the two views only."""
    used, notes = usage_columns(fields)
    if view == "actual":
        labels = {name: used[name] for name in ("provider", "raw_model", "service_tier")}
        return labels | {"meter": "cost", "billed_cost": cost}, ()
    quantity = parse_amounts(fields["Quantity"])
    prices = _prices(fields, quantity.values)
    return used | prices | {"effective_cost": cost}, (*notes, *quantity.note("Quantity"))


def _prices(fields: Fields, quantity: Column) -> dict[str, Column]:
    """What the quantity costs at list and at contract price; a price of 0 states none."""
    money: dict[str, Column] = {}
    for name, column in (("list_cost", "PayGPrice"), ("contracted_cost", "UnitPrice")):
        price = parse_amounts(fields[column]).values
        stated = only_where(pc.not_equal(price, pa.scalar(0, MONEY)), price)
        money[name] = multiplied(quantity, fields[column].with_values(stated))
    return money


def _labels(fields: Fields) -> dict[str, Column]:
    tags = flat_objects(_with_braces(fields["Tags"]))
    kind = pc.utf8_lower(fields.text("ChargeType"))
    committed = is_committed(fields)
    benefit = pc.coalesce(fields.text("ReservationId"), fields.text("BenefitId"))
    unused = pc.starts_with(kind, "unused")
    used = only_where(
        pc.and_(committed, pc.equal(kind, pa.scalar("usage"))), pa.repeat("used", fields.rows)
    )
    return {
        "tags": tags.values,
        "project": member(tags, "project"),
        "environment": member(tags, "environment", "env"),
        "region": pc.utf8_lower(fields.text("ResourceLocation")),
        "sub_account": pc.utf8_lower(fields.text("SubscriptionId")),
        "is_correction": pc.equal(kind, pa.scalar("refund")),
        "commitment_id": only_where(pc.or_(committed, unused), benefit),
        "commitment_status": pc.if_else(unused, pa.scalar("unused"), used),
        "charge_frequency": _word(fields["Frequency"], _FREQUENCIES),
        "pricing_category": _word(fields["PricingModel"], _PRICING),
    }


def _word(field: Field, words: dict[str, str]) -> Column:
    """A word in the spelling of FOCUS; what is not listed is left unknown."""
    return field.map_distinct(
        lambda text: words.get(text.lower().replace(" ", "")), pa.string(), wanted="a word"
    )


def _with_braces(tags: Field) -> Field:
    """Enterprise exports write the inside of a JSON object: "team": "ads","env": "prod"."""
    values = tags.map_distinct(
        lambda text: text if text.startswith("{") else f"{{{text}}}", pa.string(), wanted="tags"
    )
    return tags.with_values(values)


READER = AzureCost()
