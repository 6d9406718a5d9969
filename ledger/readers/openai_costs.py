"""OpenAI's `/v1/organization/costs`: the money of a UTC day per project, key and line item.

It has no tokens: those are in the usage report, a source of its own. The two are two measurements
of one thing and are joined by a basis rule, never added.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Clock, DeliveryMode
from ledger.readers.amounts import parse_amounts
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.fields import Column, Fields
from ledger.readers.openai_line_items import parse_line_item
from ledger.readers.openai_report import (
    OPENAI_COLUMNS,
    OPENAI_SENSITIVE,
    PROVIDER,
    openai_buckets,
    openai_labels,
)
from ledger.readers.report_account import stated_account, unnamed_account
from ledger.readers.report_notes import more_pages
from ledger.readers.report_results import Results, results_of
from ledger.readers.vocabulary import currencies

__all__ = ["READER", "OpenaiCosts"]

_AMOUNT, _CURRENCY = "results.amount.value", "results.amount.currency"
_ITEM, _ORGANISATION = "results.line_item", "results.organization_id"
_QUANTITY, _UNIT = "results.quantity", "results.quantity_unit"
#: What the report can be grouped by, and what else tells two results of a day apart.
_GROUPS = (
    _ORGANISATION,
    "results.project_id",
    "results.user_id",
    "results.api_key_id",
    _ITEM,
    _CURRENCY,
    _UNIT,
)
# `quantity_unit` -> a unit as FOCUS writes it.
_UNITS = {
    "tokens": "Tokens",
    "1000_tokens": "1000 Tokens",
    "duration_seconds": "Seconds",
    "duration_minutes": "Minutes",
    "duration_hours": "Hours",
    "gibibyte_hours": "GiB-Hours",
    "images": "Images",
    "characters": "Characters",
}


class OpenaiCosts:
    """Reader of the cost report; every delivery says its days anew."""

    name = "openai_costs"
    source = "openai_costs"
    clock: Clock = "usage_day"
    mode: DeliveryMode = "snapshot"
    required = frozenset({"start_time", "end_time", _AMOUNT, _CURRENCY})
    columns = required | OPENAI_COLUMNS | {_ITEM, _ORGANISATION, _QUANTITY, _UNIT}

    def confidence(self, columns: frozenset[str]) -> float:
        """How sure the file is of this format, by its column names, in [0, 1]."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per result; raises BadInput."""
        fields = Fields(raw, self.columns, sensitive=OPENAI_SENSITIVE)
        results = results_of(fields, "results.")
        buckets = openai_buckets(results)
        results.refuse_repeats(buckets.columns["period_start"], _GROUPS)
        amount = parse_amounts(results.required(_AMOUNT))
        items, notes = _items(results)
        accounts, extent, whose = _accounts(results)
        return results.reading(
            openai_labels(results)
            | buckets.columns
            | items
            | {
                "source": self.source,
                "account": accounts,
                "meter": "cost",
                "currency": currencies(results.filled(_CURRENCY, "USD")),
                "cost_origin": "billed",
                "billed_cost": amount.values,
                "effective_cost": amount.values,
            },
            covers=buckets.covers,
            extent=extent,
            notes=buckets.notes + amount.note(_AMOUNT) + notes + whose + more_pages(fields),
        )


def _items(results: Results) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the text of the line items says, and how many of them name no model."""
    field = results.fields[_ITEM]

    def part(name: str) -> Column:
        return field.map_distinct(
            lambda text: getattr(parse_line_item(text), name), pa.string(), wanted="a line item"
        )

    models = part("model")
    long = field.map_distinct(
        lambda text: "long" if parse_line_item(text).long_context else None,
        pa.string(),
        wanted="a line item",
    )
    quantity = parse_amounts(results.fields[_QUANTITY])
    unit = results.fields[_UNIT].map_distinct(
        lambda text: _UNITS.get(text, text), pa.string(), wanted="a unit"
    )
    columns = {
        "charge_description": field.text(),
        "raw_model": models,
        "sku_meter": part("meter"),
        "service_tier": part("tier"),
        "context_tier": long,
        "consumed_quantity": quantity.values,
        "consumed_unit": unit,
    }
    return columns, quantity.note(_QUANTITY) + _unnamed(results, models)


def _unnamed(results: Results, models: Column) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    bare = results.without(_ITEM)
    if bare:
        notes += (f"{bare:,} results have no line item: group the report by line_item",)
    other: Column = pc.and_(pc.is_valid(results.text(_ITEM)), pc.is_null(models))
    count = pc.sum(other).as_py() or 0
    if count:
        notes += (f"{count:,} line items name no model, or not in a form known here",)
    return notes


def _accounts(results: Results) -> tuple[Any, frozenset[str] | None, tuple[str, ...]]:
    """Account of each row, the extent where it is stated, and a note where nobody says it."""
    stated = stated_account(results.fields.file)
    if stated is not None:
        return stated, frozenset({stated}), ()
    accounts = pc.coalesce(results.text(_ORGANISATION), pa.scalar(PROVIDER))
    return accounts, None, unnamed_account(PROVIDER) if results.without(_ORGANISATION) else ()


READER = OpenaiCosts()
