"""AWS Cost and Usage Report 2.0 (Data Exports): every line item, with Bedrock's tokens and GPUs.

Billed is what the invoice lists (unblended), effective the amortised cost. A report speaks for
whole billing periods.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.amounts import Amounts, parse_amounts
from ledger.readers.aws_charges import (
    AMORTISED,
    CATEGORIES,
    commitment_status,
    effective_costs,
)
from ledger.readers.aws_usage import USAGE_COLUMNS, usage_columns
from ledger.readers.booked import charge_categories
from ledger.readers.canonical import canonical_rows, first_of_month
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.fields import Column, Fields
from ledger.readers.flat_json import flat_objects, member
from ledger.readers.periods import billed_periods
from ledger.readers.vocabulary import currencies

__all__ = ["READER", "AwsCur"]

_TIMES = (
    "line_item_usage_start_date",
    "line_item_usage_end_date",
    "bill_billing_period_start_date",
    "bill_billing_period_end_date",
)
# Canonical column -> column of the report, where the value is taken as it stands.
_TEXTS = {
    "invoice_id": "bill_invoice_id",
    "charge_description": "line_item_line_item_description",
    "publisher": "line_item_legal_entity",
    "sub_account": "line_item_usage_account_id",
    "service_name": "line_item_product_code",
    "service_category": "product_product_family",
    "region": "product_region_code",
    "resource_id": "line_item_resource_id",
    "sku_id": "product_sku",
    "sku_meter": "line_item_usage_type",
}
_COMMITMENTS = ("savings_plan_savings_plan_a_r_n", "reservation_reservation_a_r_n")
_ON_DEMAND = "pricing_public_on_demand_cost"
_PRINCIPAL = "line_item_iam_principal"
_PREFIXES = ("user_", "user:", "resourceTags/user:")


class AwsCur:
    """Reader of AWS CUR 2.0, CSV or Parquet."""

    name = "aws_cur"
    source = "aws_cur"
    clock: Clock = "billing_period"
    mode: DeliveryMode = "snapshot"
    streams = True
    required = frozenset(
        {
            *_TIMES,
            "bill_payer_account_id",
            "line_item_currency_code",
            "line_item_line_item_type",
            "line_item_product_code",
            "line_item_unblended_cost",
            "line_item_usage_amount",
            "line_item_usage_type",
        }
    )
    columns = (
        required
        | frozenset(_TEXTS.values())
        | frozenset(_COMMITMENTS)
        | frozenset(AMORTISED)
        | USAGE_COLUMNS
        | {_ON_DEMAND, _PRINCIPAL, "pricing_term", "resource_tags"}
    )

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per line item; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive={"resource_tags", _PRINCIPAL})
        times, time_notes = _times(fields)
        categories, notes = charge_categories(fields["line_item_line_item_type"], CATEGORIES)
        money, money_notes = _money(fields)
        used, usage_notes = usage_columns(fields, money["billed_cost"])
        rows = canonical_rows(
            fields.rows,
            times
            | {name: fields.text(column) for name, column in _TEXTS.items()}
            | _tags(fields)
            | money
            | used
            | {
                "source": self.source,
                "account": fields.needed_text("bill_payer_account_id"),
                "actor": fields.text(_PRINCIPAL),
                "charge_category": categories,
                "cost_origin": "billed",
                "currency": currencies(fields["line_item_currency_code"]),
                "is_correction": False,
                "pricing_category": fields["pricing_term"].map_distinct(
                    _pricing_category, pa.string(), wanted="a pricing term"
                ),
            },
            first_row=raw.first_row,
        )
        notes = (*time_notes, *notes, *money_notes, *usage_notes)
        return Reading(rows=rows, rows_in=fields.rows, notes=notes)


def _times(fields: Fields) -> tuple[dict[str, Any], tuple[str, ...]]:
    start, end, billed_from, billed_to = (fields[name].required() for name in _TIMES)
    columns, notes = billed_periods(start, end)
    billed, _ = billed_periods(billed_from, billed_to)
    return columns | {
        "billing_period_start": billed["period_start"],
        "billing_period_end": billed["period_end"],
        "clock_bucket": first_of_month(billed["period_start"]),
    }, notes


def _money(fields: Fields) -> tuple[dict[str, Column], tuple[str, ...]]:
    notes: list[str] = []

    def amounts(name: str) -> Amounts:
        found = parse_amounts(fields[name])
        notes.extend(found.note(name))
        return found

    types = fields["line_item_line_item_type"]
    unblended = amounts("line_item_unblended_cost").values
    fields["line_item_unblended_cost"].refuse_where(pc.is_null(unblended), "an amount")
    commitment = pc.coalesce(*(fields.text(name) for name in _COMMITMENTS))
    effective = effective_costs(types, unblended, amounts, fields.text(_COMMITMENTS[1]))
    unknown = effective.null_count
    if unknown:
        notes.append(f"{unknown:,} rows have no amortised cost: the export leaves out its column")
    return {
        "billed_cost": unblended,
        "effective_cost": effective,
        "list_cost": amounts(_ON_DEMAND).values,
        "commitment_id": commitment,
        "commitment_status": commitment_status(types, effective),
    }, tuple(notes)


def _tags(fields: Fields) -> dict[str, Column]:
    found = flat_objects(fields["resource_tags"])
    values = found.map_distinct(_without_prefix, pa.string(), wanted="a JSON object")
    tags = found.with_values(values)
    return {
        "tags": tags.values,
        "project": member(tags, "project"),
        "environment": member(tags, "environment", "env"),
    }


def _without_prefix(text: str) -> str:
    """Tags under the names people gave them: AWS writes the user's `team` as `user_team`."""
    tags: dict[str, str] = {}
    for key, value in json.loads(text).items():
        prefix = next((one for one in _PREFIXES if key.startswith(one)), "")
        tags.setdefault(key.removeprefix(prefix), value)
    return json.dumps(tags, ensure_ascii=False, sort_keys=True)


def _pricing_category(term: str) -> str:
    return {"ondemand": "standard", "spot": "dynamic", "reserved": "committed"}.get(
        term.lower(), "other"
    )


READER = AwsCur()
