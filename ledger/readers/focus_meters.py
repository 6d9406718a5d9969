"""What a FOCUS row measures: GPU-hours where it says so, and the meter by unit and category."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.amounts import parse_amounts
from ledger.readers.encoded import holds
from ledger.readers.fields import Column, Field
from ledger.readers.focus_units import parse_unit

__all__ = ["gpu_hours", "meters"]

_HOURS = ("hours", "hour", "hrs")
_BY_UNIT = {"tokens": "tokens", "token": "tokens", "requests": "requests", "request": "requests"}
_BY_CATEGORY = {"storage": "storage", "networking": "network"}


def gpu_hours(quantity: Column, unit: Field, gpu_count: Field) -> Column:
    """GPU-hours as float64: consumed hours x GpuCount of the SKU; null where either is missing."""
    hours = unit.map_distinct(_hours, pa.float64(), wanted="a unit such as Hours")
    count = pc.cast(parse_amounts(gpu_count).values, pa.float64())
    product: Column = pc.multiply(pc.multiply(pc.cast(quantity, pa.float64()), hours), count)
    return product


def meters(unit: Field, category: Field, charge_category: Column, gpus: Column) -> Column:
    """Meter of each row: gpu_time, tokens, requests, storage, network or compute_time, else cost.

    The unit is nearer to what was used than the category: requests to a store are requests.
    Purchases, taxes, credits and adjustments measure nothing but money.
    """
    by_unit = unit.map_distinct(
        lambda text: _BY_UNIT.get(parse_unit(text).name), pa.string(), wanted="a unit"
    )
    by_category = category.map_distinct(
        lambda text: _BY_CATEGORY.get(text.lower()), pa.string(), wanted="a category"
    )
    compute = pc.and_kleene(_holds(category, _is_compute), _holds(unit, _is_time))
    meter = pc.coalesce(by_unit, by_category, pa.scalar("cost"))
    meter = pc.if_else(pc.fill_null(compute, pa.scalar(False)), pa.scalar("compute_time"), meter)
    meter = pc.if_else(pc.is_valid(gpus), pa.scalar("gpu_time"), meter)
    usage = holds(charge_category, lambda words: pc.equal(words, pa.scalar("usage")))
    column: Column = pc.if_else(usage, meter, pa.scalar("cost"))
    return column


def _holds(field: Field, condition: Callable[[str], bool]) -> Column:
    return field.map_distinct(condition, pa.bool_(), wanted="text")


def _is_compute(category: str) -> bool:
    return category.lower() == "compute"


def _is_time(unit: str) -> bool:
    return parse_unit(unit).name in _HOURS


def _hours(text: str) -> float | None:
    unit = parse_unit(text)
    return float(unit.factor) if unit.name in _HOURS else None
