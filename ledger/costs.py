"""Cost cells: the view under the reference rules, exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.aliases import models_of_rows
from ledger.allocation import Assigned, assign_rows
from ledger.basis import apply_basis
from ledger.cells import CELLS
from ledger.condensed import ROWS, condensed
from ledger.demand import is_unused
from ledger.excluded import with_left_out
from ledger.fx import convert
from ledger.groups import MEASURES, exact_sum, sum_by
from ledger.pricing import price_rows
from ledger.readers.encoded import plain, unchunked
from ledger.reference import Reference
from ledger.schema import MONEY, TOKEN_COLUMNS
from ledger.series import NONE
from ledger.shares import share_out
from ledger.view import LedgerView

__all__ = ["cells_under", "cost_cells"]

_VALUES = (*MEASURES, "rows")
_CELL_KEYS = tuple(name for name in CELLS.names if name not in _VALUES)
_GROUP_KEYS = (
    *(name for name in _CELL_KEYS if name not in {"team", "use_case"}),
    "sub_account",
    "assignment",
)
#: What the sources said; `unexplained_cost` is no source's.
_MEASURED = tuple(name for name in MEASURES if name != "unexplained_cost")
_NO_TOKENS = pa.scalar(0, pa.int64())
#: Columns that groups take from the rows as they are.
_AS_THEY_ARE = (
    "source",
    "account",
    "provider",
    "meter",
    "charge_category",
    "cost_origin",
    "currency",
    "sub_account",
    "is_unpriced",
    "effective_cost",
    "billed_cost",
    "requests",
    "gpu_hours",
    "rows",
)


def cost_cells(
    view: LedgerView,
    reference: Reference,
    *,
    allocation: Literal["current", "as_charged"],
    currency: str,
    rates_on: date | None = None,
) -> pa.Table:
    """Table `ledger.cells.CELLS` of a view, sorted by its keys.

    Its effective cost plus what basis rules left out (`ledger.excluded.left_out`) is the view's
    total and the money of usage times price (`cost_origin` computed) where a source counted tokens
    and stated none, to the last digit.

    Parameters
    ----------
    allocation
        "current": rules and teams valid on the day of the view hold for all rows (training,
        trends); "as_charged": those valid on each row's day (chargeback).
    currency
        ISO 4217 code all money is converted to, at the rate of the day of use.
    rates_on
        Constant currency: convert at the rates of this one day instead.

    Raises
    ------
    BadInput
        Money in a currency without a rate; two sources with money in one (provider, model, day)
        without a basis rule.
    """
    day = view.data_as_of.date() if allocation == "current" else None
    view = condensed(view, frozenset[str]().union(*(rule.columns for rule in reference.allocation)))
    owned = assign_rows(view.rows, reference.allocation, reference.teams, valid_on=day)
    return cells_under(view, reference, owned, currency=currency, rates_on=rates_on)


def cells_under(
    view: LedgerView,
    reference: Reference,
    owned: Assigned,
    *,
    currency: str,
    rates_on: date | None = None,
    labels: Mapping[str, pa.Array[Any]] | None = None,
) -> pa.Table:
    """Cells of a view of which it is already known who owns what.

    `labels` maps names of further columns to their value for each row [R]: the cells tell rows
    apart by them too and carry them after the columns of `CELLS`.
    """
    labels = labels or {}
    rows = view.rows
    if ROWS not in rows.column_names:
        rows = rows.append_column(ROWS, pa.array(np.ones(rows.num_rows, np.int64)))
    for name, column in labels.items():
        rows = rows.append_column(name, column)
    models = models_of_rows(rows, reference.aliases)
    priced = price_rows(rows, models, reference.prices)
    rows = priced.rows.append_column("is_unpriced", pa.array(priced.is_unpriced, pa.bool_()))
    groups = _grouped(rows, models, owned, tuple(labels))
    groups = convert(groups, reference.fx, currency, rates_on=rates_on)
    counted = apply_basis(groups, reference.basis)
    keys = (*_CELL_KEYS, *labels)
    shared = sum_by(share_out(counted, owned.assignments), keys, _VALUES)
    further = [pa.field(name, column.type) for name, column in labels.items()]
    schema = pa.schema([*CELLS, *further])
    cells = shared.select(schema.names).cast(schema)
    return with_left_out(
        cells, {name: exact_sum(groups[name]) - exact_sum(cells[name]) for name in _MEASURED}
    )


def _grouped(
    rows: pa.Table, models: pa.StringArray, owned: Assigned, labels: tuple[str, ...]
) -> pa.Table:
    """Sums of the rows over everything that judgements and cells tell apart."""
    days: Any = rows["period_start"].cast(pa.timestamp("us", tz="UTC")).cast(pa.date32())
    named = {
        "day": days,
        "model": models,
        "assignment": pa.array(owned.which, pa.int64()),
        "region": pc.fill_null(plain(unchunked(rows["region"])), pa.scalar(NONE)),
        "is_unused_commitment": is_unused(rows),
        "unexplained_cost": pa.nulls(rows.num_rows, MONEY),
        "total_tokens": _total_tokens(rows),
    }
    columns = named | {name: rows[name] for name in (*_AS_THEY_ARE, *labels)}
    return sum_by(pa.table(columns), (*_GROUP_KEYS, *labels), _VALUES)


def _total_tokens(rows: pa.Table) -> pa.Array[Any]:
    """[R] tokens of all classes; null where no class was counted."""
    stated = [name for name in TOKEN_COLUMNS if rows[name].null_count < rows.num_rows]
    total: Any = pa.nulls(rows.num_rows, pa.int64())
    for name in stated:
        counts = unchunked(rows[name])
        both = pc.add(pc.fill_null(total, _NO_TOKENS), pc.fill_null(counts, _NO_TOKENS))
        total = pc.if_else(pc.or_(pc.is_valid(total), pc.is_valid(counts)), both, None)
    tokens: pa.Array[Any] = total
    return tokens
