"""Anybody's own table, read as a mapping file says (`ledger.mapping`)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from ledger.contexts import TAG_PREFIX
from ledger.mapping import CHARGE_CATEGORIES, COST_ORIGINS, MEASURES, Mapping
from ledger.readers.amounts import parse_amounts
from ledger.readers.canonical import CANONICAL, canonical_rows, first_of_month
from ledger.readers.confidence import confidence
from ledger.readers.contract import RawTable, Reading
from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Field, Fields
from ledger.readers.flat_json import flat_objects
from ledger.readers.identity import distinct_ids
from ledger.readers.instants import parse_instants
from ledger.readers.rollup import rolled_up
from ledger.readers.vocabulary import currencies, one_of
from ledger.schema import MONEY, TOKEN_COLUMNS

__all__ = ["GenericReader"]

_LENGTHS = {
    "day": pa.scalar(timedelta(days=1), pa.duration("us")),
    "hour": pa.scalar(timedelta(hours=1), pa.duration("us")),
}
_DEFAULTS = {"meter": "cost", "charge_category": "usage", "cost_origin": "billed"}
_SENSITIVE = frozenset({"actor", "tags"})
_MONEY = frozenset(name for name in MEASURES if name.endswith("_cost"))


class GenericReader:
    """Reader made from a mapping; its allow-list is what the mapping names."""

    name = "generic"

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self.source = mapping.source
        self.clock = mapping.clock
        self.mode = mapping.mode
        self.columns = frozenset(mapping.columns.values())
        self.required = self.columns
        #: Sums of a roll-up are over the whole file.
        self.streams = mapping.rollup is None

    def confidence(self, columns: frozenset[str]) -> float:
        """1 where the file has every mapped column, else the share it has, halved."""
        return confidence(columns, required=self.required, known=self.columns)

    def read(self, raw: RawTable) -> Reading:
        """Canonical rows, one per row of the file; raises BadInput."""
        mapping = self._mapping
        sensitive = {mapping.columns[name] for name in _SENSITIVE & set(mapping.columns)}
        fields = Fields(raw, self.columns, sensitive=sensitive)
        periods, notes = self._periods(fields)
        columns: dict[str, Any] = {
            **_defaults(mapping),
            "account": mapping.source,
            "source": mapping.source,
            "currency": mapping.currency,
            "is_correction": False,
            **_constants(mapping),
            **periods,
        }
        for name, column in mapping.columns.items():
            if name not in periods:
                columns[name], more = _values(name, fields[column])
                notes += more
        rows = canonical_rows(fields.rows, columns, first_row=fields.first_row)
        if mapping.rollup is not None:
            rows = rolled_up(rows, count_requests="requests" not in mapping.columns)
            notes += (f"{fields.rows:,} rows were summed by the {mapping.rollup}",)
        return Reading(
            rows=rows,
            rows_in=fields.rows,
            merged=fields.rows - rows.num_rows,
            notes=notes,
            extent=None if mapping.extent is None else frozenset(mapping.extent),
        )

    def _periods(self, fields: Fields) -> tuple[dict[str, Any], tuple[str, ...]]:
        mapping = self._mapping
        start = self._instants(fields, "period_start")
        notes: tuple[str, ...] = ()
        if mapping.period == "day":
            start = _same_date(start, mapping.zone)
            if mapping.zone != "UTC":
                notes = (f"days of {mapping.zone} are booked on the UTC day of the same date",)
        else:
            start = pc.floor_temporal(start, unit="hour")
        periods: dict[str, Any] = {
            "period_start": start,
            "period_end": pc.add(start, _LENGTHS[mapping.period]),
            "granularity": mapping.period,
            "clock_bucket": pc.cast(start, pa.date32()),
        }
        if mapping.clock == "billing_period":
            periods |= self._billing_month(fields, start)
        return periods, notes

    def _billing_month(self, fields: Fields, start: Column) -> dict[str, Any]:
        """The month on whose bill a row stands: as mapped, else that of its use."""
        if "billing_period_start" in self._mapping.columns:
            billed = self._instants(fields, "billing_period_start")
            start = _same_date(billed, self._mapping.zone)
        month = pc.floor_temporal(start, unit="month")
        return {
            "billing_period_start": month,
            "billing_period_end": pc.ceil_temporal(
                month, unit="month", ceil_is_strictly_greater=True
            ),
            "clock_bucket": first_of_month(month),
        }

    def _instants(self, fields: Fields, name: str) -> Column:
        mapping = self._mapping
        field = fields[mapping.columns[name]].required()
        zone = ZoneInfo(mapping.zone)
        return parse_instants(field, zone=zone, date_format=mapping.date_format).values


def _defaults(mapping: Mapping) -> dict[str, str]:
    """Of a file with tokens and no money the cost is computed from the price book."""
    mapped = set(mapping.columns)
    if mapped & set(TOKEN_COLUMNS) and not mapped & _MONEY:
        return _DEFAULTS | {"meter": "tokens", "cost_origin": "computed"}
    return _DEFAULTS


def _constants(mapping: Mapping) -> dict[str, str]:
    constants = {
        name: value for name, value in mapping.constants.items() if not name.startswith(TAG_PREFIX)
    }
    if mapping.constant_tags:
        tags = json.dumps(mapping.constant_tags, ensure_ascii=False, sort_keys=True)
        constants["tags"] = tags
    return constants


def _same_date(instants: Column, zone: str) -> Column:
    """Midnight UTC of the date that the clocks of a zone show at each instant."""
    there: Any = instants.cast(pa.timestamp("us", tz=zone))
    local = pc.floor_temporal(pc.local_timestamp(there), unit="day")
    midnight: Column = pc.assume_timezone(local, "UTC")
    return midnight


def _values(name: str, field: Field) -> tuple[Column, tuple[str, ...]]:
    """Values of one canonical column and what is to be said of them."""
    kind = CANONICAL.field(name).type
    if kind == MONEY:
        amounts = parse_amounts(field)
        return amounts.values, amounts.note(field.name)
    if pa.types.is_floating(kind):
        return pc.cast(parse_amounts(field).values, kind), ()
    if pa.types.is_integer(kind):
        return parse_counts(field), ()
    return _labels(name, field), ()


def _labels(name: str, field: Field) -> Column:
    if name == "currency":
        return currencies(field)
    if name == "tags":
        return flat_objects(field).values
    if name == "source_row_id":
        return distinct_ids(field)
    if name == "charge_category":
        return one_of(field.required(), CHARGE_CATEGORIES)
    if name == "cost_origin":
        return one_of(field.required(), COST_ORIGINS)
    text = field.text()
    if not CANONICAL.field(name).nullable:
        field.refuse_where(pc.is_null(text), "a value")
    return pc.utf8_lower(text) if name == "provider" else text
