"""Google Cloud's billing export of BigQuery (standard and detailed), Parquet or JSON Lines.

A row's cost is what it cost before credits; what is billed is cost plus credits, which are
negative. A row belongs to the bill of its invoice month, which Google cuts in Pacific time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.money import EXACT, QUANTUM
from ledger.readers.amounts import parse_amounts
from ledger.readers.booked import charge_categories
from ledger.readers.canonical import canonical_rows
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.exact import added
from ledger.readers.fields import Column, Field, Fields
from ledger.readers.flat_json import member
from ledger.readers.gcp_usage import usage_columns
from ledger.readers.masks import how_many
from ledger.readers.nested import Record, decimal_of, inside, map_records
from ledger.readers.periods import billed_periods
from ledger.readers.vocabulary import currencies
from ledger.schema import MONEY
from ledger.schema import UTC as UTC_TYPE

__all__ = ["READER", "GcpBilling"]

_CATEGORIES = {
    "regular": "usage",
    "tax": "tax",
    "adjustment": "adjustment",
    "rounding_error": "adjustment",
}
# Canonical column -> path of the export, where the value is taken as it stands.
_TEXTS = {
    "charge_description": ("sku", "description"),
    "service_name": ("service", "description"),
    "sku_id": ("sku", "id"),
    "sku_meter": ("sku", "description"),
    "sub_account": ("project", "id"),
    "region": ("location", "region"),
    "resource_id": ("resource", "global_name"),
}
_ZERO = pa.scalar(0, MONEY)


class GcpBilling:
    """Reader of the billing export of Google Cloud."""

    name = "gcp_billing"
    source = "gcp"
    clock: Clock = "billing_period"
    mode: DeliveryMode = "snapshot"
    streams = True
    required = frozenset(
        {
            "billing_account_id",
            "cost",
            "currency",
            "invoice",
            "service",
            "sku",
            "usage_end_time",
            "usage_start_time",
        }
    )
    columns = (
        required
        | frozenset(path[0] for path in _TEXTS.values())
        | {"adjustment_info", "cost_at_list", "cost_type", "credits", "labels", "usage"}
    )

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per row of the export; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive={"labels", "project"})
        times, time_notes = _times(fields)
        categories, notes = charge_categories(_cost_types(fields), _CATEGORIES)
        used = pc.equal(categories, pa.scalar("usage"))
        measured, usage_notes = usage_columns(fields, used)
        money, money_notes = _money(fields)
        rows = canonical_rows(
            fields.rows,
            times
            | {name: inside(fields[path[0]], *path[1:]).text() for name, path in _TEXTS.items()}
            | _labels(fields)
            | measured
            | money
            | {
                "source": self.source,
                "account": fields.needed_text("billing_account_id"),
                "charge_category": categories,
                "cost_origin": "billed",
                "currency": currencies(fields["currency"]),
                "is_correction": pc.is_valid(inside(fields["adjustment_info"], "id").text()),
            },
            first_row=raw.first_row,
        )
        notes = (*time_notes, *notes, *money_notes, *usage_notes)
        return Reading(rows=rows, rows_in=fields.rows, notes=notes)


def _times(fields: Fields) -> tuple[dict[str, Any], tuple[str, ...]]:
    start, end = (_zoned(fields[name]) for name in ("usage_start_time", "usage_end_time"))
    columns, notes = billed_periods(start, end)
    month = inside(fields["invoice"], "month").required("an invoice month such as 202609")
    first = month.map_distinct(_first_day, UTC_TYPE, wanted="an invoice month such as 202609")
    following: Any = pc.ceil_temporal(first, unit="month", ceil_is_strictly_greater=True)
    return columns | {
        "billing_period_start": first,
        "billing_period_end": following,
        "clock_bucket": pc.cast(first, pa.date32()),
    }, notes


def _zoned(field: Field) -> Field:
    """BigQuery writes times as "2026-09-12 07:00:00 UTC"."""
    if not pa.types.is_string(field.values.type):
        return field.required()
    return field.required().with_values(pc.replace_substring_regex(field.text(), r" UTC$", "Z"))


def _first_day(month: str) -> datetime:
    return datetime.strptime(f"{month}01", "%Y%m%d").replace(tzinfo=UTC)


def _cost_types(fields: Fields) -> Field:
    """Kind of each row; exports from before 2019 have only regular ones."""
    field = fields["cost_type"]
    return field.with_values(pc.coalesce(field.text(), pa.repeat("regular", fields.rows)))


def _money(fields: Fields) -> tuple[dict[str, Column], tuple[str, ...]]:
    cost = parse_amounts(fields["cost"].required())
    given = map_records(
        fields["credits"],
        _credited,
        MONEY,
        members=("amount",),
        wanted="credits, each with an amount",
    )
    listed = parse_amounts(fields["cost_at_list"])
    net = added(cost.values, pc.coalesce(given, pa.repeat(_ZERO, fields.rows)))
    notes: tuple[str, ...] = (*cost.note("cost"), *listed.note("cost_at_list"))
    with_credits = how_many(pc.is_valid(given))
    if with_credits:
        notes += (f"{with_credits:,} rows have credits, which are taken off their cost",)
    return {
        "billed_cost": net,
        "effective_cost": net,
        "contracted_cost": cost.values,
        "list_cost": listed.values,
    }, notes


def _credited(given: Sequence[Record]) -> Decimal:
    total = Decimal(0)
    for credit in given:
        if credit["amount"] is not None:
            total = EXACT.add(total, decimal_of(credit["amount"]))
    return total.quantize(QUANTUM, context=EXACT)


def _labels(fields: Fields) -> dict[str, Column]:
    """Labels of the resource, then of its project: whose it is often stands on the project only."""
    own, of_project = (
        map_records(
            field,
            _as_json,
            pa.string(),
            members=("key", "value"),
            wanted="labels, each with a key and a value",
        )
        for field in (fields["labels"], inside(fields["project"], "labels"))
    )
    tags = fields["labels"].with_values(_merged(own, of_project))
    return {
        "tags": tags.values,
        "project": pc.coalesce(member(tags, "project"), inside(fields["project"], "id").text()),
        "environment": member(tags, "environment", "env"),
    }


def _as_json(labels: Sequence[Record]) -> str:
    found = {str(label["key"]): label["value"] for label in labels}
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def _merged(first: Column, second: Column) -> Column:
    """Objects with the keys of both; where both have one, the value of the first."""
    if not second.null_count < len(second):
        return first
    pairs = list(zip(first.to_pylist(), second.to_pylist(), strict=True))
    united = {pair: _union(*pair) for pair in set(pairs)}
    column: Column = pa.array([united[pair] for pair in pairs], pa.string())
    return column


def _union(first: str | None, second: str | None) -> str | None:
    if first is None or second is None:
        return first or second
    both = json.loads(second) | json.loads(first)
    return json.dumps(both, ensure_ascii=False, sort_keys=True)


READER = GcpBilling()
