"""Usage facts and runs as arrays beside a panel of cost: what a detector takes for evidence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from insights.amounts import COUNTED, OTHER, amount_of
from ledger.contexts import distinct
from ledger.demand import is_demand_line
from ledger.panel import Panel
from models.usage import Usage

__all__ = ["usage_of"]

_DIMENSIONS = ("team", "model")
_Values = NDArray[np.float64]


def usage_of(panel: Panel, facts: pa.Table, runs: pa.Table) -> Usage:
    """Usage of the panel's series on its days; lines of other series and days are left out.

    Amounts are sums over the demand of a series and day and mean what they mean where a day is
    explained (`insights.evidence`), but `cost` and `quantity` are of tokens and GPU-hours alone. An
    amount that no line measures is absent.

    Parameters
    ----------
    panel
        Daily cost of N series (team, model) on T days, in the currency of the facts and the runs.
    facts
        `ledger.usage_fact_columns.USAGE_FACTS` in any order; text may be dictionary-encoded.
    runs
        `ledger.largest_runs.RUNS`.

    Raises
    ------
    ValueError
        The panel is not daily, or its series are not of teams and models.
    """
    _check(panel)
    cells, inside = _cells(panel, facts, is_demand_line(facts).to_numpy(zero_copy_only=False))
    amounts: dict[str, _Values] = {}
    for name, values in _measured(facts.filter(pa.array(inside))):
        known = np.isfinite(values)
        if known.any():
            total = amounts.setdefault(name, np.full(panel.value.shape, np.nan)).reshape(-1)
            _add(total, cells[known], values[known])
    run_gpu_hours, run_cost = (_scattered(panel, runs, name) for name in ("gpu_hours", "cost"))
    return Usage(amounts, run_gpu_hours, run_cost)


def _check(panel: Panel) -> None:
    if panel.frequency != "D":
        raise ValueError(f"got a panel of frequency {panel.frequency}, wanted D")
    for key in panel.keys[:1]:  # they all have the same
        if set(key.dimensions) != set(_DIMENSIONS):
            wanted = ", ".join(_DIMENSIONS)
            raise ValueError(f"got series by {', '.join(key.dimensions)}, wanted {wanted}")


def _cells(
    panel: Panel, lines: pa.Table, wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """[K] places in the flattened [N, T] of the wanted lines it has, and which these are [L]."""
    row_of = {tuple(key[name] for name in _DIMENSIONS): row for row, key in enumerate(panel.keys)}
    firsts, which = distinct([lines[name] for name in _DIMENSIONS], lines.num_rows)
    series = lines.select(_DIMENSIONS).take(firsts).to_pylist()
    row_of_series = [row_of.get(tuple(one[name] for name in _DIMENSIONS), -1) for one in series]
    rows = np.array(row_of_series, dtype=np.intp)[which]
    days = lines["day"].to_numpy().astype("datetime64[D]")
    columns = np.searchsorted(panel.periods, days)
    inside = wanted & (rows >= 0) & np.isin(days, panel.periods)
    return rows[inside] * len(panel.periods) + columns[inside], inside


def _measured(lines: pa.Table) -> Iterator[tuple[str, _Values]]:
    """Amounts by name, [L] each; NaN where a line does not measure it."""
    quantity, cost = _floats(lines, "quantity"), _floats(lines, "effective_cost")
    firsts, which = distinct([lines["unit"], lines["token_class"]], lines.num_rows)
    kinds = lines.select(["unit", "token_class"]).take(firsts).to_pylist()
    names = np.array([amount_of(**kind) for kind in kinds], dtype=np.str_)
    priced = np.isfinite(quantity) & np.isfinite(cost) & (names != OTHER)[which]
    yield "quantity", np.where(priced, quantity, np.nan)
    yield "cost", np.where(priced, cost, np.nan)
    for name in COUNTED:
        yield name, _floats(lines, name)
    for number, name in enumerate(names.tolist()):
        if name != OTHER:
            yield name, np.where(which == number, quantity, np.nan)


def _floats(lines: pa.Table, name: str) -> _Values:
    return np.asarray(lines[name].cast(pa.float64()).to_numpy(), dtype=np.float64)


def _add(total: _Values, cells: NDArray[np.intp], values: _Values) -> None:
    """Add to cells of which some have nothing yet, in the order of the values."""
    total[cells[np.isnan(total[cells])]] = 0.0
    np.add.at(total, cells, values)


def _scattered(panel: Panel, runs: pa.Table, name: str) -> _Values:
    """[N, T] a column of runs; NaN = none."""
    cells, inside = _cells(panel, runs, np.ones(runs.num_rows, dtype=np.bool_))
    values = np.full(panel.value.size, np.nan)
    values[cells] = _floats(runs, name)[inside]
    return values.reshape(panel.value.shape)
