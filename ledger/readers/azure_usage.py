"""What rows of an Azure bill measure: tokens of models, hours of GPUs, or a plain quantity."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.amounts import parse_amounts
from ledger.readers.azure_meters import azure_meter, is_model_service
from ledger.readers.cloud_units import HOURS, parse_cloud_unit
from ledger.readers.exact import whole_units
from ledger.readers.fields import Column, Fields
from ledger.readers.flat_json import flat_objects, member
from ledger.readers.gpu_machines import gpus_of_machine
from ledger.readers.masks import holds, how_many, only_where
from ledger.readers.token_meters import label_of, token_columns

__all__ = ["USAGE_COLUMNS", "usage_columns"]

#: Columns that are looked at here.
USAGE_COLUMNS = frozenset(
    {"AdditionalInfo", "ChargeType", "ConsumedService", "MeterCategory", "MeterName"}
    | {"MeterSubCategory", "Product", "Quantity", "ServiceFamily", "UnitOfMeasure"}
)

# OpenAI's models by the name of the service or their own.
_OPENAI = r"openai|\bgpt|\bo\d\b|text.?embedding"
#: A bill can have hundreds of meters; a note names this many.
_SHOWN = 8
#: Tokens come in thousands or millions; a meter of hours, images or pages has another unit.
_TOKEN_FACTORS = pa.array([1_000, 1_000_000], pa.int64())
_TOKEN_UNITS = pa.array(["", "token", "tokens"])
_BY_FAMILY = {"storage": "storage", "networking": "network"}


def usage_columns(fields: Fields) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Meter, quantity, tokens, GPU-hours, model and provider of each row, and notes on them."""
    names, unit = fields["MeterName"], fields["UnitOfMeasure"]
    used = pc.equal(pc.utf8_lower(fields.text("ChargeType")), pa.scalar("usage"))
    factor = unit.map_distinct(lambda t: parse_cloud_unit(t).factor, pa.int64(), wanted="a unit")
    unit_name = unit.map_distinct(lambda t: parse_cloud_unit(t).name, pa.string(), wanted="a unit")
    is_model = _is_model(fields)
    quantity = only_where(used, parse_amounts(fields["Quantity"].required()).values)
    tokens, notes = _tokens(fields, pc.and_(used, is_model), factor, unit_name)
    machine = member(flat_objects(fields["AdditionalInfo"]), "ServiceType")
    gpu_hours = _gpu_hours(
        fields, machine, pc.multiply(_float(quantity), _float(factor)), unit_name
    )
    return {
        **tokens,
        "meter": _meters(fields, used, tokens, gpu_hours),
        "provider": _providers(fields, is_model),
        "raw_model": label_of(names, azure_meter, "model", is_model),
        "service_tier": label_of(names, azure_meter, "service_tier", is_model),
        "context_tier": label_of(names, azure_meter, "context_tier", is_model),
        "instance_type": machine,
        "gpu_hours": gpu_hours,
        "consumed_quantity": quantity,
        "consumed_unit": only_where(used, unit.text()),
    }, notes


def _tokens(
    fields: Fields, of_models: Column, factor: Column, unit_name: Column
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Token columns; rows of models whose meter or unit is not understood stay null, counted."""
    names = fields["MeterName"]
    in_tokens = pc.and_(
        pc.is_in(factor, value_set=_TOKEN_FACTORS),
        pc.is_in(unit_name, value_set=_TOKEN_UNITS),
    )
    countable = pc.and_(of_models, in_tokens)
    column = label_of(names, azure_meter, "column", countable)
    quantity = only_where(pc.is_valid(column), parse_amounts(fields["Quantity"]).values)
    counts, rounded = whole_units(quantity, factor, fields["Quantity"])
    notes = []
    if rounded:
        notes.append(f"{rounded:,} token counts were not whole and were rounded")
    unparsed = pc.and_(countable, holds(names.map_distinct(_foreign, pa.bool_(), wanted="a name")))
    if how_many(unparsed):
        listed = sorted(set(map(str, names.text().filter(unparsed).to_pylist())))
        named = ", ".join(listed[:_SHOWN])
        more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
        notes.append(
            f"{how_many(unparsed):,} rows have meters of models that are not understood, their "
            f"tokens are unknown: {named}{more}"
        )
    return token_columns(column, counts), tuple(notes)


def _foreign(name: str) -> bool:
    return azure_meter(name) is None


def _is_model(fields: Fields) -> Column:
    """Rows of services of models, by any of the names they have."""
    found: Column | None = None
    for column in ("MeterCategory", "MeterSubCategory", "Product"):
        names = fields[column].map_distinct(is_model_service, pa.bool_(), wanted="a service")
        found = holds(names) if found is None else pc.or_(found, holds(names))
    return pa.repeat(False, fields.rows) if found is None else found


def _providers(fields: Fields, is_model: Column) -> Column:
    """OpenTelemetry's names: OpenAI's models of Azure, the others of its inference, else none."""
    openai: Column = pa.repeat(False, fields.rows)
    for column in ("MeterSubCategory", "Product", "MeterName"):
        text = fields.text(column)
        openai = pc.or_(openai, holds(pc.match_substring_regex(text, _OPENAI, ignore_case=True)))
    of_model = pc.if_else(openai, pa.scalar("azure.ai.openai"), pa.scalar("azure.ai.inference"))
    provider: Column = pc.if_else(is_model, of_model, pa.scalar("microsoft"))
    return provider


def _gpu_hours(fields: Fields, machine: Column, hours: Column, unit_name: Column) -> Column:
    gpus = (
        fields["AdditionalInfo"]
        .with_values(machine)
        .map_distinct(gpus_of_machine, pa.float64(), wanted="a machine type")
    )
    is_hours = pc.is_in(unit_name, value_set=pa.array(sorted(HOURS)))
    return only_where(holds(is_hours), pc.multiply(hours, gpus))


def _meters(fields: Fields, used: Column, tokens: dict[str, Column], gpu_hours: Column) -> Column:
    counted = pc.is_valid(pc.coalesce(*tokens.values()))
    rows = fields.rows
    family = fields["ServiceFamily"].map_distinct(
        lambda text: _BY_FAMILY.get(text.lower()), pa.string(), wanted="a family"
    )
    category = fields["MeterCategory"].map_distinct(_of_category, pa.string(), wanted="a category")
    meter = pc.coalesce(
        only_where(pc.is_valid(gpu_hours), pa.repeat("gpu_time", rows)),
        only_where(counted, pa.repeat("tokens", rows)),
        category,
        family,
        pa.scalar("cost"),
    )
    column: Column = pc.if_else(holds(used), meter, pa.scalar("cost"))
    return column


def _of_category(category: str) -> str | None:
    lower = category.lower()
    if lower == "virtual machines":
        return "compute_time"
    return "storage" if lower == "storage" else None


def _float(column: Column) -> Column:
    return pc.cast(column, pa.float64())
