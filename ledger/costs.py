"""Cost cells: the view under the reference rules, exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa

from ledger.aliases import models_of_rows
from ledger.allocation import Assigned, assign_rows
from ledger.basis import apply_basis
from ledger.cells import CELLS
from ledger.condensed import ROWS, condensed
from ledger.excluded import with_left_out
from ledger.fx import convert
from ledger.groups import MEASURES, exact_sum, sum_by
from ledger.keys import keys_of
from ledger.pricing import price_rows
from ledger.reference import Reference
from ledger.schema import TOKEN_COLUMNS
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

_TOKENS = " + ".join(f"coalesce({name}, 0)" for name in TOKEN_COLUMNS)
_LABELLED = f"""
    SELECT
        CAST(period_start AS DATE) AS day,
        source, account, provider, model, meter, charge_category, cost_origin, currency,
        sub_account, assignment, is_unpriced,
        coalesce(region, '{NONE}') AS region,
        coalesce(lower(commitment_status) = 'unused', false) AS is_unused_commitment,
        effective_cost, billed_cost, CAST(NULL AS DECIMAL(38, 12)) AS unexplained_cost,
        requests, gpu_hours,
        CASE WHEN coalesce({", ".join(TOKEN_COLUMNS)}) IS NOT NULL THEN {_TOKENS} END
            AS total_tokens,
        "rows"
"""


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
    order = np.argsort(keys_of([shared[key] for key in keys], shared.num_rows), kind="stable")
    cells = shared.select(schema.names).cast(schema).take(order)
    return with_left_out(
        cells, {name: exact_sum(groups[name]) - exact_sum(cells[name]) for name in _MEASURED}
    )


def _grouped(
    rows: pa.Table, models: pa.StringArray, owned: Assigned, labels: tuple[str, ...]
) -> pa.Table:
    """Sums of the rows over everything that judgements and cells tell apart."""
    named = rows.append_column("model", models).append_column(
        "assignment", pa.array(owned.which, pa.int64())
    )
    with duckdb.connect() as database:
        # One thread: sums of floats (gpu_hours) then do not depend on who was first.
        database.execute("SET TimeZone = 'UTC'; SET threads = 1")
        database.register("labels", named)
        labelled = database.sql(f"{', '.join([_LABELLED, *labels])} FROM labels").to_arrow_table()
    return sum_by(labelled, (*_GROUP_KEYS, *labels), _VALUES)
