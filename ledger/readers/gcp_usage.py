"""What rows of a Google Cloud bill measure: tokens of models, hours of GPUs, or a quantity."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.amounts import parse_amounts
from ledger.readers.cloud_units import HOURS, parse_cloud_unit
from ledger.readers.exact import whole_units
from ledger.readers.fields import Column, Field, Fields
from ledger.readers.gcp_meters import gcp_meter
from ledger.readers.masks import holds, only_where
from ledger.readers.nested import inside
from ledger.readers.token_meters import label_of, token_columns

__all__ = ["usage_columns"]

# "Nvidia Tesla A100 GPU running in Americas", "A2 Nvidia H100 80GB GPU attached to Spot ...":
# Google bills GPUs on rows of their own, beside the machine.
_GPU = re.compile(r"\bgpu\b", re.IGNORECASE)
# Service -> value of OpenTelemetry; all others are Google Cloud's.
_PROVIDERS = {
    "vertex ai": "gcp.vertex_ai",
    "gemini api": "gcp.gemini",
    "generative language api": "gcp.gemini",
}
_OTHER = "google cloud"
_METERS = {
    "cloud storage": "storage",
    "compute engine": "compute_time",
    "networking": "network",
}
#: A unit of raw counts, in which Google counts tokens.
_COUNT = pa.array(["count"])


def usage_columns(fields: Fields, used: Column) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Meter, quantity, tokens, GPU-hours, model and provider of each row, and notes on them."""
    sku = inside(fields["sku"], "description")
    service = inside(fields["service"], "description")
    provider = service.map_distinct(
        lambda name: _PROVIDERS.get(name.lower(), _OTHER), pa.string(), wanted="a service"
    )
    is_model = holds(pc.not_equal(provider, pa.scalar(_OTHER)))
    tokens, notes = _tokens(fields, sku, pc.and_(used, is_model))
    quantity = parse_amounts(inside(fields["usage"], "amount_in_pricing_units"))
    unit = inside(fields["usage"], "pricing_unit")
    consumed = only_where(used, quantity.values)
    gpu_hours = _gpu_hours(sku, consumed, unit)
    return {
        **tokens,
        "meter": _meters(fields, service, used, tokens, gpu_hours),
        "provider": pc.coalesce(provider, pa.scalar(_OTHER)),
        "raw_model": label_of(sku, gcp_meter, "model", is_model),
        "service_tier": label_of(sku, gcp_meter, "service_tier", is_model),
        "context_tier": label_of(sku, gcp_meter, "context_tier", is_model),
        "gpu_hours": gpu_hours,
        "consumed_quantity": consumed,
        "consumed_unit": only_where(used, unit.text()),
    }, (*notes, *quantity.note("usage.amount_in_pricing_units"))


def _tokens(
    fields: Fields, sku: Field, of_models: Column
) -> tuple[dict[str, Column], tuple[str, ...]]:
    amount = inside(fields["usage"], "amount")
    unit = pc.utf8_lower(inside(fields["usage"], "unit").text())
    countable = pc.and_(of_models, pc.is_in(unit, value_set=_COUNT))
    column = label_of(sku, gcp_meter, "column", countable)
    quantity = only_where(pc.is_valid(column), parse_amounts(amount).values)
    one = pa.repeat(pa.scalar(1, pa.int64()), fields.rows)
    counts, rounded = whole_units(quantity, one, amount)
    note = f"{rounded:,} token counts were not whole and were rounded"
    return token_columns(column, counts), (note,) if rounded else ()


def _gpu_hours(sku: Field, quantity: Column, unit: Field) -> Column:
    """Hours of GPU SKUs, each of which is one GPU."""
    is_gpu = sku.map_distinct(
        lambda text: bool(_GPU.search(text)), pa.bool_(), wanted="a description"
    )
    hours = unit.map_distinct(
        lambda text: parse_cloud_unit(text).name in HOURS, pa.bool_(), wanted="a unit"
    )
    return only_where(pc.and_(holds(is_gpu), holds(hours)), pc.cast(quantity, pa.float64()))


def _meters(
    fields: Fields,
    service: Field,
    used: Column,
    tokens: dict[str, Column],
    gpu_hours: Column,
) -> Column:
    counted = pc.is_valid(pc.coalesce(*tokens.values()))
    rows = fields.rows
    meter = pc.coalesce(
        only_where(pc.is_valid(gpu_hours), pa.repeat("gpu_time", rows)),
        only_where(counted, pa.repeat("tokens", rows)),
        service.map_distinct(
            lambda name: _METERS.get(name.lower()), pa.string(), wanted="a service"
        ),
        pa.scalar("cost"),
    )
    column: Column = pc.if_else(used, meter, pa.scalar("cost"))
    return column
