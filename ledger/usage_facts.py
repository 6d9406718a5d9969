"""Usage facts: what was used, how much of it and for how much, as fine as an explanation needs it.

They are the cost cells told apart by class of tokens, key, tier and what is billed, each line with
its quantity: the same rules, the same money. `insights.drivers` explains changes of cost by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.aliases import models_of_rows
from ledger.allocation import assign_rows
from ledger.basis import apply_basis
from ledger.class_costs import class_entries, is_ours
from ledger.condensed import ROWS, condensed
from ledger.demand import is_unused
from ledger.fx import convert
from ledger.groups import sum_by
from ledger.keys import keys_of
from ledger.price_keys import ClassPrices
from ledger.pricing import price_rows, price_tokens
from ledger.reference import Reference
from ledger.schema import MONEY
from ledger.series import NONE
from ledger.shares import share_out
from ledger.token_classes import TOKEN_CLASSES
from ledger.usage_fact_columns import GPU_HOURS, KEYS, TOKENS, USAGE_FACTS, VALUES
from ledger.view import LedgerView

__all__ = ["usage_facts"]

#: Columns of a row in which it says what is billed, the most telling first.
_ITEMS = ("instance_type", "sku_meter", "sku_id", "service_name", "meter")
_TIERS = ("service_tier", "pricing_category")
_LABELS = ("actor", "environment", "is_correction", "consumed_unit", *_ITEMS, *_TIERS)
_SUMMED = ("failed_requests", "gpu_hours_busy", "consumed_quantity")
# What rides on the dearest class of a call, so that a basis rule keeps or drops it with the call.
_RIDING = ("billed_cost", "requests", "failed_requests", "quantity", "busy_hours")
_FURTHER = ("stated_cost", "failed_requests", "quantity", "busy_hours")
_NOTHING = Decimal(0)
_NO_CLASS: dict[str, Any] = {"token_class": NONE, "tokens": None, "effective_cost": None}


def usage_facts(view: LedgerView, reference: Reference, *, currency: str) -> pa.Table:
    """Table `USAGE_FACTS` of a view, sorted by its keys, all money in `currency`.

    Its money is that of the cost cells of the view under the current allocation: equal per
    (day, provider, model), and per team but for how the last stored digit of shared money is
    rounded. Raises BadInput like `ledger.costs.cost_cells`.
    """
    asked = frozenset[str]().union(*(rule.columns for rule in reference.allocation))
    view = condensed(view, asked.union(_LABELS), sums=_SUMMED)
    rows = _plain(view.rows)
    owned = assign_rows(
        rows, reference.allocation, reference.teams, valid_on=view.data_as_of.date()
    )
    models = models_of_rows(rows, reference.aliases)
    whole = price_rows(rows, models, reference.prices).rows
    priced = price_tokens(whole, models, reference.prices)
    columns: dict[str, Any] = {
        **_labels(whole),
        **_quantities(whole),
        "model": models,
        "assignment": pa.array(owned.which, pa.int64()),
        "kind": pa.array(priced.which, pa.int64()),
        "is_ours": is_ours(rows),
        **{name: pa.array(counts) for name, counts in priced.counts.items()},
        ROWS: whole[ROWS],
    }
    table = pa.table(columns)
    keys = [name for name in table.column_names if name not in _SUMMED_UP]
    groups = sum_by(table, keys, [name for name in table.column_names if name in _SUMMED_UP])
    lines = _by_class(groups, [kind.prices for kind in priced.kinds])
    counted = apply_basis(convert(lines, reference.fx, currency), reference.basis)
    return _facts(share_out(_once(counted), owned.assignments, further=_FURTHER))


_SUMMED_UP = frozenset(
    {"effective_cost", "billed_cost", *_RIDING, *TOKEN_CLASSES, ROWS},
)


def _plain(rows: pa.Table) -> pa.Table:
    """The rows with text as text."""
    fields = [
        pa.field(field.name, pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def _labels(rows: pa.Table) -> dict[str, Any]:
    """What tells lines apart, of each row."""
    plain = ("source", "account", "provider", "meter", "charge_category", "cost_origin", "currency")
    named = ("sub_account", "region", "environment", "actor")
    hours, consumed = rows["gpu_hours"], rows["consumed_quantity"]
    unit = pc.if_else(
        pc.is_valid(hours),
        pa.scalar(GPU_HOURS),
        pc.if_else(pc.is_valid(consumed), _first_of(rows, ("consumed_unit",)), pa.scalar(NONE)),
    )
    return {
        "day": rows["period_start"].cast(pa.date32()),
        **{name: rows[name] for name in plain},
        **{name: _first_of(rows, (name,)) for name in named},
        "item": _first_of(rows, _ITEMS),
        "tier": _first_of(rows, _TIERS),
        "unit": unit,
        "is_correction": rows["is_correction"],
        "is_unused_commitment": is_unused(rows),
        "stated_currency": rows["currency"],
    }


def _first_of(rows: pa.Table, names: tuple[str, ...]) -> Any:  # noqa: ANN401 (a chunked array)
    """[R] the first of these columns that a row states."""
    return pc.coalesce(*(rows[name] for name in names), pa.scalar(NONE))


def _quantities(rows: pa.Table) -> dict[str, Any]:
    """What adds up, of each row; tokens apart."""
    hours, consumed = rows["gpu_hours"], rows["consumed_quantity"]
    return {
        **{name: rows[name] for name in ("effective_cost", "billed_cost")},
        **{name: rows[name] for name in ("requests", "failed_requests")},
        "quantity": pc.coalesce(hours.cast(MONEY, safe=False), consumed),
        "busy_hours": rows["gpu_hours_busy"].cast(MONEY, safe=False),
    }


def _by_class(groups: pa.Table, prices: Sequence[ClassPrices]) -> pa.Table:
    """Lines per class of tokens; what belongs to the whole call rides on the dearest of them."""
    named = ("effective_cost", "is_ours", "kind", *TOKEN_CLASSES)
    at: list[int] = []
    is_dearest: list[bool] = []
    parts: list[dict[str, Any]] = []
    for number, group in enumerate(groups.select(named).to_pylist()):
        own = list(class_entries({**group, "cost_origin": ""}, prices[group["kind"]]))
        own = own or [_NO_CLASS]
        sizes = [abs(part["effective_cost"] or _NOTHING) for part in own]
        at += [number] * len(own)
        is_dearest += [place == sizes.index(max(sizes)) for place in range(len(own))]
        parts += own
    lines = groups.drop_columns([*named, *_RIDING]).take(pa.array(at, pa.int64()))
    dearest = pa.array(is_dearest)
    cost = pa.array([part["effective_cost"] for part in parts], MONEY)
    tokens = pa.array([part["tokens"] for part in parts], pa.int64())
    columns: dict[str, Any] = {
        **{name: lines[name] for name in lines.column_names},
        **{
            name: pc.if_else(dearest, groups[name].take(pa.array(at, pa.int64())), None)
            for name in _RIDING
        },
        "token_class": pa.array([part["token_class"] for part in parts], pa.string()),
        "unit": pc.if_else(pc.is_valid(tokens), pa.scalar(TOKENS), lines["unit"]),
        "effective_cost": cost,
        "stated_cost": cost,
        "total_tokens": tokens,
        "unexplained_cost": pa.nulls(len(parts), MONEY),
        "gpu_hours": pa.nulls(len(parts), pa.float64()),
    }
    return pa.table(columns)


def _once(counted: pa.Table) -> pa.Table:
    """Without the quantities that a basis rule copied to the money it added to meet a total."""
    added = pc.is_valid(counted["unexplained_cost"])
    for name in _FURTHER:
        at = counted.schema.get_field_index(name)
        column = pc.if_else(added, pa.scalar(None, counted.schema.field(name).type), counted[name])
        counted = counted.set_column(at, counted.schema.field(at), column)
    return counted


def _facts(shared: pa.Table) -> pa.Table:
    """The table's own columns, summed over what they do not tell apart."""
    tokens = shared["total_tokens"].cast(pa.decimal128(19, 0)).cast(MONEY)
    at = shared.schema.get_field_index("quantity")
    whole = shared.set_column(at, "quantity", pc.coalesce(tokens, shared["quantity"]))
    facts = sum_by(whole, list(KEYS), list(VALUES)).cast(USAGE_FACTS)
    order = np.argsort(keys_of([facts[name] for name in KEYS], facts.num_rows), kind="stable")
    return facts.take(order)
