"""How much was used, per team and model and by kind of use: what prices are multiplied with.

These are inputs of forecasts, not accounts: a row that several teams share is split by their
shares as floats, and sources are not weighed against each other (`ledger.basis` does that for
money). What is measured twice has twice the quantity at half the unit cost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.aliases import models_of_rows
from ledger.allocation import Assigned, assign_rows
from ledger.condensed import condensed
from ledger.demand import is_demand
from ledger.groups import sum_by
from ledger.readers.encoded import plain, unchunked
from ledger.reference import Reference
from ledger.token_classes import TOKEN_CLASSES, class_counts
from ledger.view import LedgerView

__all__ = ["GPU_HOURS", "MONEY_SPENT", "QUANTITIES", "REQUESTS", "USE", "quantities"]

#: What is counted besides classes of tokens, in the order in which forecasts prefer them.
GPU_HOURS, REQUESTS, MONEY_SPENT = "gpu_hours", "requests", "effective_cost"

#: Columns that tell kinds of use apart: one kind has one price per class of tokens on a day.
USE = ("provider", "raw_model", "service_tier", "context_tier")
_FIELDS: list[pa.Field[Any]] = [
    pa.field("day", pa.date32(), nullable=False),  # UTC day of use
    pa.field("team", pa.string(), nullable=False),
    pa.field("model", pa.string(), nullable=False),
    pa.field("provider", pa.string(), nullable=False),
    pa.field("raw_model", pa.string()),
    pa.field("service_tier", pa.string()),
    pa.field("context_tier", pa.string()),
    pa.field("measure", pa.string(), nullable=False),  # class of tokens, gpu_hours, requests, ...
    pa.field("quantity", pa.float64(), nullable=False),
]
QUANTITIES = pa.schema(_FIELDS)

_KEYS = ("day", "model", *USE, "assignment")


def quantities(view: LedgerView, reference: Reference) -> pa.Table:
    """Table `QUANTITIES` of a view: demand under today's allocation, days without use left out."""
    rules = reference.allocation
    view = condensed(view, frozenset[str]().union(*(rule.columns for rule in rules)))
    day = view.data_as_of.date()
    owned = assign_rows(view.rows, rules, reference.teams, valid_on=day)
    sums = _sums(view.rows, reference, owned)
    tables = [table for name in _measures() for table in _shared(sums, name, owned)]
    whole = pa.concat_tables([QUANTITIES.empty_table(), *tables])
    keys = QUANTITIES.names[:-1]
    sums = sum_by(whole, keys, ["quantity"]).cast(QUANTITIES)
    return sums.sort_by([(key, "ascending") for key in keys])


def _measures() -> tuple[str, ...]:
    return (*TOKEN_CLASSES, GPU_HOURS, REQUESTS, MONEY_SPENT)


def _sums(rows: pa.Table, reference: Reference, owned: Assigned) -> pa.Table:
    """What was used per day, model, kind of use and assignment, [.., floats]."""
    columns: dict[str, Any] = {
        "day": rows["period_start"].cast(pa.date32()),
        "model": models_of_rows(rows, reference.aliases),
        "assignment": pa.array(owned.which, pa.int64()),
    }
    columns |= {name: plain(unchunked(rows[name])) for name in USE}
    columns |= {name: pa.array(c.astype(np.float64)) for name, c in class_counts(rows).items()}
    for name in (GPU_HOURS, REQUESTS, MONEY_SPENT):
        known: Any = rows[name].cast(pa.float64())
        columns[name] = pc.fill_null(known, pa.scalar(0.0))
    return sum_by(pa.table(columns).filter(is_demand(rows)), _KEYS, _measures())


def _shared(sums: pa.Table, measure: str, owned: Assigned) -> list[pa.Table]:
    """Rows of one measure under their teams, one table for each place among the shares."""
    used = sums.filter(pc.greater(sums[measure], pa.scalar(0.0)))
    which = np.asarray(used["assignment"].to_numpy(), dtype=np.intp)
    most = max((len(one.shares) for one in owned.assignments), default=0)
    return [_part(used, measure, which, owned, part) for part in range(most)]


def _part(
    used: pa.Table, measure: str, which: NDArray[np.intp], owned: Assigned, part: int
) -> pa.Table:
    shares = [one.shares[part] if part < len(one.shares) else None for one in owned.assignments]
    there = np.array([share is not None for share in shares], dtype=np.bool_)[which]
    teams = np.array([share and share[0] for share in shares], dtype=object)[which[there]]
    parts = np.array([float(share[1]) if share else 0.0 for share in shares])[which[there]]
    rows = used.filter(pa.array(there))
    columns: dict[str, Any] = {name: rows[name] for name in ("day", "model", *USE)}
    columns["team"] = pa.array(teams, pa.string())
    columns["measure"] = pa.array([measure] * rows.num_rows, pa.string())
    columns["quantity"] = pa.array(rows[measure].to_numpy() * parts)
    return pa.table({name: columns[name] for name in QUANTITIES.names}).cast(QUANTITIES)
