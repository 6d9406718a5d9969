"""What line items of AWS measure: tokens of Bedrock, hours of GPUs, or a plain quantity."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.amounts import parse_amounts
from ledger.readers.aws_charges import USES
from ledger.readers.bedrock_meters import (
    bedrock_meter,
    is_marketplace_meter,
    is_plausible_price,
    model_of_product,
    token_factor,
)
from ledger.readers.cloud_units import HOURS, parse_cloud_unit
from ledger.readers.exact import whole_units
from ledger.readers.fields import Column, Field, Fields
from ledger.readers.flat_json import flat_objects, member
from ledger.readers.gpu_machines import gpus_of_machine
from ledger.readers.masks import holds, only_where
from ledger.readers.token_meters import label_of, token_columns

__all__ = ["USAGE_COLUMNS", "usage_columns"]

_AMOUNT, _TYPE, _UNIT = "line_item_usage_amount", "line_item_usage_type", "pricing_unit"
_DESCRIPTION, _MACHINE = "line_item_line_item_description", "product_instance_type"
#: Columns that are looked at here.
USAGE_COLUMNS = frozenset(
    {_AMOUNT, _TYPE, _UNIT, _DESCRIPTION, _MACHINE, "product", "line_item_line_item_type"}
    | {"line_item_product_code"}
)

# Hours of a machine: "USE1-BoxUsage:p4d.24xlarge", "USE1-Host:ml.g5.xlarge".
_RUNS = re.compile(
    r"(?:[A-Z0-9]+-)?(?:BoxUsage|SpotUsage|UnusedBox|Reservation|Host|Train|Notebk|Processing|"
    r"Tsform|AsyncInf|Cluster|Studio)[^:]*:(?P<machine>[\w.-]+)"
)
_STORAGE = re.compile(r"TimedStorage|VolumeUsage|SnapshotUsage|ByteHrs", re.IGNORECASE)
_NETWORK = re.compile(r"DataTransfer|-Bytes$", re.IGNORECASE)
_REQUESTS = re.compile(r"Requests", re.IGNORECASE)


def usage_columns(fields: Fields, cost: Column) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Meter, quantity, tokens, GPU-hours, model and provider of each row, and notes on them."""
    product = flat_objects(fields["product"])
    types = fields[_TYPE]
    used = _is_use(fields)
    is_bedrock = _is_bedrock(fields, product)
    tokens, notes = _tokens(fields, is_bedrock, used, cost)
    machine = _machines(fields, product)
    quantity = only_where(used, parse_amounts(fields[_AMOUNT]).values)
    gpu_hours = _gpu_hours(fields, product, machine, quantity)
    named = _named_models(product)
    parsed = label_of(types, bedrock_meter, "model", is_bedrock)
    meter = pc.coalesce(
        only_where(pc.is_valid(gpu_hours), pa.repeat("gpu_time", fields.rows)),
        only_where(_counted(tokens), pa.repeat("tokens", fields.rows)),
        types.map_distinct(_plain_meter, pa.string(), wanted="a usage type"),
        pa.scalar("cost"),
    )
    columns = {
        **tokens,
        "meter": pc.if_else(used, meter, pa.scalar("cost")),
        "provider": pc.if_else(is_bedrock, pa.scalar("aws.bedrock"), pa.scalar("aws")),
        "raw_model": only_where(is_bedrock, pc.coalesce(parsed, named)),
        "service_tier": label_of(types, bedrock_meter, "service_tier", is_bedrock),
        "context_tier": label_of(types, bedrock_meter, "context_tier", is_bedrock),
        "instance_type": machine,
        "gpu_hours": gpu_hours,
        "consumed_quantity": quantity,
        "consumed_unit": fields.text(_UNIT),
    }
    return columns, notes


def _tokens(
    fields: Fields, is_bedrock: Column, used: Column, cost: Column
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Token columns of the rows that consume them; what is not understood stays null, counted."""
    types = fields[_TYPE]
    column = only_where(used, label_of(types, bedrock_meter, "column", is_bedrock))
    rows = pc.indices_nonzero(pc.is_valid(column))
    quantity = parse_amounts(fields[_AMOUNT]).values
    factors = _factors(fields, rows, quantity, cost)
    counts, rounded = whole_units(
        only_where(pc.is_valid(column), quantity), factors, fields[_AMOUNT]
    )
    notes = []
    implausible = len(rows) - (len(factors) - factors.null_count)
    if implausible:
        notes.append(
            f"{implausible:,} rows of tokens have a cost that no unit explains: their tokens are "
            f"unknown"
        )
    if rounded:
        notes.append(f"{rounded:,} token counts were not whole and were rounded")
    notes += _not_understood(fields, is_bedrock, used)
    return token_columns(column, counts), tuple(notes)


def _factors(fields: Fields, rows: Column, quantity: Column, cost: Column) -> Column:
    """Tokens per billed quantity of the rows that count tokens; null elsewhere and where absurd."""
    factors: list[int | None] = [None] * fields.rows
    columns = [fields.text(name).take(rows).to_pylist() for name in (_TYPE, _UNIT, _DESCRIPTION)]
    known: dict[tuple[str, str | None, str | None], int] = {}
    amounts = zip(quantity.take(rows).to_pylist(), cost.take(rows).to_pylist(), strict=True)
    for row, key, (amount, money) in zip(
        map(int, rows.to_numpy()), zip(*columns, strict=True), amounts, strict=True
    ):
        factor = known.get(key) or known.setdefault(key, token_factor(*key))
        if amount is None or money is None or is_plausible_price(money, amount * factor):
            factors[row] = factor
    column: Column = pa.array(factors, pa.int64())
    return column


def _not_understood(fields: Fields, is_bedrock: Column, used: Column) -> tuple[str, ...]:
    def unknown(usage_type: str) -> bool:
        return bedrock_meter(usage_type) is None

    foreign = fields[_TYPE].map_distinct(unknown, pa.bool_(), wanted="a usage type")
    names = fields.text(_TYPE).filter(pc.and_(pc.and_(foreign, is_bedrock), used))
    if not len(names):
        return ()
    listed = ", ".join(sorted(set(map(str, names.to_pylist())))[:_SHOWN])
    return (f"{len(names):,} rows of Bedrock count no tokens that are understood: {listed}",)


#: A bill can have hundreds of usage types; a note names this many.
_SHOWN = 8


def _is_use(fields: Fields) -> Column:
    kinds = pc.utf8_lower(fields.text("line_item_line_item_type"))
    used: Column = pc.is_in(kinds, value_set=pa.array(sorted(USES)))
    return used


def _is_bedrock(fields: Fields, product: Field) -> Column:
    code = pc.starts_with(fields.needed_text("line_item_product_code"), "AmazonBedrock")
    edition = pc.match_substring(
        member(product, "product_name", "servicename"), "Amazon Bedrock Edition"
    )
    spelled = fields[_TYPE].map_distinct(is_marketplace_meter, pa.bool_(), wanted="a usage type")
    both: Column = pc.or_(pc.or_(code, holds(edition)), holds(spelled))
    return both


def _named_models(product: Field) -> Column:
    names = pc.coalesce(member(product, "model"), member(product, "product_name", "servicename"))
    field = product.with_values(names)
    models = field.map_distinct(model_of_product, pa.string(), wanted="a product")
    service: Column = pc.is_in(models, value_set=pa.array(["Amazon Bedrock"]))
    return only_where(pc.invert(service), models)


def _machines(fields: Fields, product: Field) -> Column:
    from_type = fields[_TYPE].map_distinct(_machine, pa.string(), wanted="a usage type")
    machines: Column = pc.coalesce(
        fields.text(_MACHINE), member(product, "instance_type"), from_type
    )
    return machines


def _gpu_hours(fields: Fields, product: Field, machine: Column, quantity: Column) -> Column:
    """GPU-hours of machine hours; the report's own number of GPUs comes before our table."""
    types = fields[_TYPE]
    runs = types.map_distinct(lambda text: _machine(text) is not None, pa.bool_(), wanted="a type")
    hours = fields[_UNIT].map_distinct(_is_hours, pa.bool_(), wanted="a unit")
    own = product.with_values(member(product, "gpu"))
    counted = own.map_distinct(_count_of_gpus, pa.float64(), wanted="a number of GPUs")
    listed = (
        fields[_MACHINE]
        .with_values(machine)
        .map_distinct(gpus_of_machine, pa.float64(), wanted="a machine type")
    )
    gpus = pc.coalesce(counted, listed)
    product_of: Column = pc.multiply(pc.cast(quantity, pa.float64()), gpus)
    return only_where(pc.and_(runs, pc.or_(pc.is_null(hours), holds(hours))), product_of)


def _machine(usage_type: str) -> str | None:
    found = _RUNS.fullmatch(usage_type)
    return None if found is None else found["machine"]


def _count_of_gpus(text: str) -> int | None:
    """The number AWS states; it writes NA, or nothing, for machines without."""
    return int(text) if text.isdecimal() else None


def _is_hours(unit: str) -> bool:
    return parse_cloud_unit(unit).name in HOURS


def _plain_meter(usage_type: str) -> str | None:
    patterns: tuple[tuple[Callable[[str], Any], str], ...] = (
        (_RUNS.fullmatch, "compute_time"),
        (_STORAGE.search, "storage"),
        (_NETWORK.search, "network"),
        (_REQUESTS.search, "requests"),
    )
    return next((meter for matches, meter in patterns if matches(usage_type)), None)


def _counted(tokens: dict[str, Column]) -> Column:
    counted: Column = pc.is_valid(pc.coalesce(*tokens.values()))
    return counted
