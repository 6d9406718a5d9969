"""Every measurement of spend in a view, side by side: usage times price, gateways, invoices."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.aliases import models_of_rows
from ledger.demand import is_demand
from ledger.fx import convert
from ledger.groups import sum_by
from ledger.pricing import PRICED_BY, at_rows, pick, price_tokens
from ledger.reference import Reference
from ledger.schema import MONEY
from ledger.token_classes import total_counts
from ledger.view import LedgerView

__all__ = ["MEASUREMENTS", "Measure", "measurements"]

#: Usage times the price book; money of a gateway's or another price list; money on an invoice for
#: use; and money on an invoice for anything else (tax, credit, purchase, unused commitment).
Measure = Literal["usage", "gateway", "invoice", "other"]

_FIELDS: list[pa.Field[Any]] = [
    pa.field("day", pa.date32(), nullable=False),  # UTC day of use
    pa.field("source", pa.string(), nullable=False),
    pa.field("account", pa.string(), nullable=False),
    pa.field("provider", pa.string(), nullable=False),
    pa.field("model", pa.string(), nullable=False),
    pa.field("measure", pa.string(), nullable=False),
    pa.field("currency", pa.string(), nullable=False),
    pa.field("effective_cost", MONEY),
    pa.field("billed_cost", MONEY),
    pa.field("tokens", pa.int64()),  # of `usage` only
    pa.field("unpriced_tokens", pa.int64()),  # of `usage` only: its money is a floor
]
MEASUREMENTS = pa.schema(_FIELDS)
_VALUES = ("effective_cost", "billed_cost", "tokens", "unpriced_tokens")
_KEYS = [name for name in MEASUREMENTS.names if name not in _VALUES]
_LABELS = ("source", "account", "provider")


def measurements(view: LedgerView, reference: Reference, *, currency: str) -> pa.Table:
    """Table `MEASUREMENTS` of a view, in one currency at the rate of the day of use.

    What a source states and what its tokens cost by the price book are two rows; nothing is weighed
    against anything yet. Raises BadInput for money in a currency without a rate.
    """
    models = models_of_rows(view.rows, reference.aliases)
    both = pa.concat_tables([_stated(view.rows, models), _computed(view.rows, models, reference)])
    table = sum_by(convert(both, reference.fx, currency), _KEYS, _VALUES).cast(MEASUREMENTS)
    return table.sort_by([(name, "ascending") for name in _KEYS])


def _stated(rows: pa.Table, models: pa.StringArray) -> pa.Table:
    """What the sources say things cost."""
    billed = pc.equal(rows["cost_origin"], pa.scalar("billed"))
    _, gateway, invoice, other = (pa.scalar(name) for name in get_args(Measure))
    measure = pc.if_else(is_demand(rows), pc.if_else(billed, invoice, gateway), other)
    table = _table(rows, models, measure, rows["currency"], rows["effective_cost"])
    return table.filter(pc.is_valid(table["effective_cost"]))


def _computed(rows: pa.Table, models: pa.StringArray, reference: Reference) -> pa.Table:
    """What the tokens cost by the price book."""
    tokens = total_counts(rows)
    counted = np.flatnonzero(tokens).astype(np.int64)
    needed = rows.select([*PRICED_BY, "source", "account"])
    used, names = at_rows(needed, counted), pick(models, counted)
    priced = price_tokens(used, names, reference.prices)
    measure = pa.repeat(pa.scalar("usage"), len(counted))
    table = _table(used, names, measure, priced.currencies, priced.amount)
    counts = {"tokens": tokens[counted], "unpriced_tokens": priced.unpriced}
    for name, values in counts.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), pa.array(values, pa.int64()))
    return table


def _table(rows: pa.Table, models: Any, measure: Any, currency: Any, cost: Any) -> pa.Table:  # noqa: ANN401
    """Measurements of every row; the arguments are columns [R] of it."""
    columns = {
        **{name: rows[name] for name in _LABELS},
        "day": rows["period_start"].cast(pa.date32()),
        "model": models,
        "measure": measure,
        "currency": currency,
        "effective_cost": cost,
        **{
            name: pa.nulls(rows.num_rows, MEASUREMENTS.field(name).type)
            for name in _VALUES
            if name != "effective_cost"
        },
    }
    return pa.table([columns[name] for name in MEASUREMENTS.names], schema=MEASUREMENTS)
