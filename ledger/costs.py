"""Cost cells: the view under the reference rules, exact."""

from __future__ import annotations

from typing import Literal

import duckdb
import pyarrow as pa

from ledger.aliases import models_of_rows
from ledger.allocation import Assigned, assign_rows
from ledger.basis import apply_basis
from ledger.cells import CELLS
from ledger.excluded import with_left_out
from ledger.fx import convert
from ledger.groups import MEASURES, exact_sum, sum_by
from ledger.reference import Reference
from ledger.schema import TOKEN_COLUMNS
from ledger.series import NONE
from ledger.shares import share_out
from ledger.view import LedgerView

__all__ = ["cost_cells"]

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
# Money of a gateway or of a price list is price times usage: tokens without money are unpriced,
# and the sum is a floor.
_LABELLED = f"""
    SELECT
        CAST(period_start AS DATE) AS day,
        source, account, provider, model, meter, charge_category, currency, sub_account, assignment,
        coalesce(region, '{NONE}') AS region,
        coalesce(lower(commitment_status) = 'unused', false) AS is_unused_commitment,
        {_TOKENS} > 0 AND coalesce(effective_cost, 0) = 0
            AND cost_origin IN ('gateway', 'computed') AS is_unpriced,
        effective_cost, billed_cost, CAST(NULL AS DECIMAL(38, 12)) AS unexplained_cost,
        requests, gpu_hours,
        CASE WHEN coalesce({", ".join(TOKEN_COLUMNS)}) IS NOT NULL THEN {_TOKENS} END
            AS total_tokens,
        CAST(1 AS BIGINT) AS rows
    FROM labels
"""  # noqa: S608 (made of our own constants)


def cost_cells(
    view: LedgerView,
    reference: Reference,
    *,
    allocation: Literal["current", "as_charged"],
    currency: str,
) -> pa.Table:
    """Table `ledger.cells.CELLS` of a view, sorted by its keys.

    Its effective cost plus what basis rules left out (`ledger.excluded.left_out`) is the view's
    total, to the last digit.

    Parameters
    ----------
    allocation
        "current": rules and teams valid on the day of the view hold for all rows (training,
        trends); "as_charged": those valid on each row's day (chargeback).
    currency
        ISO 4217 code all money is converted to, at the rate of the day of use.

    Raises
    ------
    BadInput
        Money in a currency without a rate; two sources with money in one (provider, model, day)
        without a basis rule.
    """
    rows = view.rows
    day = view.data_as_of.date() if allocation == "current" else None
    owned = assign_rows(rows, reference.allocation, reference.teams, valid_on=day)
    groups = _grouped(rows, models_of_rows(rows, reference.aliases), owned)
    groups = convert(groups, reference.fx, currency)
    counted = apply_basis(groups, reference.basis)
    shared = sum_by(share_out(counted, owned.assignments), _CELL_KEYS, _VALUES)
    cells = (
        shared.select(CELLS.names).cast(CELLS).sort_by([(key, "ascending") for key in _CELL_KEYS])
    )
    return with_left_out(
        cells, {name: exact_sum(groups[name]) - exact_sum(cells[name]) for name in _MEASURED}
    )


def _grouped(rows: pa.Table, models: pa.StringArray, owned: Assigned) -> pa.Table:
    """Sums of the rows over everything that judgements and cells tell apart."""
    labels = rows.append_column("model", models).append_column(
        "assignment", pa.array(owned.which, pa.int64())
    )
    with duckdb.connect() as database:
        # One thread: sums of floats (gpu_hours) then do not depend on who was first.
        database.execute("SET TimeZone = 'UTC'; SET threads = 1")
        database.register("labels", labels)
        labelled = database.sql(_LABELLED).to_arrow_table()
    return sum_by(labelled, _GROUP_KEYS, _VALUES)
