"""The largest run of each day, per team and model: whether a day is dear by one job or by many.

A run is a resource that came into use lately. Jobs come and go, each under a name of its own;
endpoints and buckets keep theirs. Amounts are the cells' (prices, rates, basis, shares), yet
floats: they are inputs of a detector, not accounts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.allocation import assign_rows
from ledger.condensed import condensed
from ledger.contexts import days_of, distinct
from ledger.costs import cells_under
from ledger.demand import is_demand
from ledger.groups import sum_by
from ledger.readers.encoded import plain, unchunked
from ledger.reference import Reference
from ledger.view import LedgerView

__all__ = ["RUNS", "RUN_DAYS", "largest_runs"]

#: A resource is a run up to so many days after its first: about a month, as no training job of a
#: managed service lives longer (28 days, Amazon SageMaker's greatest MaxRuntimeInSeconds).
RUN_DAYS = 30

_FIELDS: list[pa.Field[Any]] = [
    pa.field("day", pa.date32(), nullable=False),  # UTC day of use
    pa.field("team", pa.string(), nullable=False),
    pa.field("model", pa.string(), nullable=False),
    pa.field("cost", pa.float64()),  # of the dearest run, in the asked currency; null = not stated
    pa.field("gpu_hours", pa.float64()),  # of the run with the most of them; null = of none
]
RUNS = pa.schema(_FIELDS)

_SERIES = ("day", "team", "model")
_RUN = "run"
_ZERO = pa.scalar(0.0)


def largest_runs(view: LedgerView, reference: Reference, *, currency: str) -> pa.Table:
    """Table `RUNS` of a view, sorted by day, team and model; days without a run are left out.

    A run is a resource of a provider, by its use on a day at most `RUN_DAYS` days after the first
    one on which the view has use of it; so nothing that is used later changes an earlier day. In
    the first weeks of a ledger every resource is new to it. A run is as large as its rows of a day
    and model: effective cost and GPU-hours under the current allocation, of each team its share,
    once where several sources measure it. What sums to less than nothing is a correction, no run.

    Raises BadInput like `ledger.costs.cost_cells`.
    """
    rules = reference.allocation
    asked = frozenset[str]().union(*(rule.columns for rule in rules))
    view = condensed(view, asked | {"resource_id"})
    demand = is_demand(view.rows)
    runs = _runs(view.rows, demand)
    wanted = pc.and_(demand, _of_their_providers(view.rows, runs))
    rows, runs = view.rows.filter(wanted), runs.filter(wanted)
    owned = assign_rows(rows, rules, reference.teams, valid_on=view.data_as_of.date())
    cells = cells_under(
        replace(view, rows=rows), reference, owned, currency=currency, labels={_RUN: runs}
    )
    return _largest(cells)


def _runs(rows: pa.Table, demand: pa.Array[Any]) -> pa.Array[Any]:
    """[R] number of the resource where a row of demand is of a run on its day, else null."""
    used = pc.and_(demand, unchunked(rows["resource_id"]).is_valid())
    days, is_use = days_of(rows).astype(np.int64), used.to_numpy(zero_copy_only=False)
    firsts, which = distinct([rows["provider"], rows["resource_id"]], rows.num_rows)
    began = np.full(len(firsts), np.iinfo(np.int64).max - RUN_DAYS)
    np.minimum.at(began, which[is_use], days[is_use])
    is_run = is_use & (days <= began[which] + RUN_DAYS)
    return pa.array(which, pa.int64(), mask=~is_run)


def _of_their_providers(rows: pa.Table, runs: pa.Array[Any]) -> pa.Array[Any]:
    """[R] whether the row's provider has runs: which source counts is judged by provider."""
    providers = plain(unchunked(rows["provider"]))
    having = providers.filter(runs.is_valid()).unique()
    wanted: pa.Array[Any] = pc.is_in(providers, value_set=having)
    return wanted


def _largest(cells: pa.Table) -> pa.Table:
    own = cells.filter(pc.is_valid(cells[_RUN]))
    sums = sum_by(own, [*_SERIES, _RUN], ["effective_cost", "gpu_hours"])
    cost, hours = (sums[name].cast(pa.float64()) for name in ("effective_cost", "gpu_hours"))
    sizes: dict[str, Any] = {
        "cost": pc.if_else(pc.greater_equal(cost, _ZERO), cost, None),
        "gpu_hours": pc.if_else(pc.greater(hours, _ZERO), hours, None),
    }
    table = pa.table(sizes | {name: sums[name] for name in _SERIES})
    largest = table.group_by(list(_SERIES), use_threads=False).aggregate(
        [(name, "max") for name in sizes]
    )
    found = largest.rename_columns(RUNS.names).cast(RUNS)
    found = found.filter(pc.or_(pc.is_valid(found["cost"]), pc.is_valid(found["gpu_hours"])))
    return found.sort_by([(name, "ascending") for name in _SERIES])
