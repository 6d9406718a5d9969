"""From cost cells to a panel of demand: what was observed, and what is left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.cells import CELLS
from ledger.excluded import Excluded, left_out
from ledger.groups import MEASURES, MONEY_COLUMNS, exact_sum, sum_by, texts
from ledger.mapping import CHARGE_CATEGORIES
from ledger.panel import Panel
from ledger.panel_grid import Grid, LagCurve, completeness, grid_of, observed
from ledger.series import SeriesKey
from ledger.view import LedgerView

__all__ = ["NOT_COVERED", "Excluded", "build_panel", "final_part"]

#: Reason for demand of a day that the deliveries do not cover for every source of its series.
NOT_COVERED = "day_not_covered"
#: Reason for paid capacity that nobody used: waste, not demand.
UNUSED_COMMITMENT = "unused_commitment"
#: Meter of rows that have energy and carbon, and no money by their nature.
_ENERGY = "energy"
#: From this share of the final amount on, a day counts as final.
FINAL_SHARE = 0.99


def build_panel(
    cells: pa.Table,
    view: LedgerView,
    *,
    measure: str = "effective_cost",
    dimensions: Sequence[str] = ("team", "model"),
    curves: Mapping[str, LagCurve] | None = None,
    charge_categories: Sequence[str] = ("usage",),
) -> tuple[Panel, list[Excluded]]:
    """Daily panel of demand, and what of the measure it leaves out, by reason.

    Demand is usage without unused commitments; other `charge_categories` make a panel of charges
    (all of them with `billed_cost`: the cash view). What the panel's values and the excluded
    amounts sum to is the view's total (of money: in the cells' currency).

    Day t of a series is observed when every (source, account) that ever contributed to the series
    and has begun by t covers t, at least one of them; an observed day without a row is zero. Where
    no cell of the day states the measure it is: for money unknown, so the day is not observed;
    for counts and hours nothing. A series that never states it is not in the panel.

    Parameters
    ----------
    cells
        Table `ledger.cells.CELLS` of the view (`ledger.costs.cost_cells`).
    measure
        A measure of the cells.
    dimensions
        Text columns of the cells that tell series apart.
    curves
        Arrival curve per source; where there is none, completeness is not measured.
    charge_categories
        Kinds of charges that count; the panel states them.
    """
    _check(measure, dimensions, charge_categories)
    demand, excluded = _demand(cells, measure, charge_categories)
    stated = demand.filter(pc.is_valid(demand[measure]))
    grid = grid_of(stated, view.covered, measure=measure, dimensions=dimensions)
    seen = observed(grid)
    if measure in MONEY_COLUMNS:
        seen &= ~_unknown(grid, demand, measure, dimensions)
    value, lost = _values(grid, stated, seen, measure, dimensions)
    codes = cells["currency"].unique().to_pylist()
    panel = Panel(
        measure=measure,
        currency=codes[0] if measure in MONEY_COLUMNS and codes else None,
        frequency="D",
        keys=tuple(SeriesKey(tuple(zip(dimensions, row, strict=True))) for row in grid.series),
        periods=grid.days,
        value=value,
        observed=seen,
        completeness=completeness(grid, curves or {}, view.data_as_of),
        known_at=np.datetime64(view.data_as_of.astimezone(UTC).replace(tzinfo=None), "us"),
        charge_categories=tuple(charge_categories),
    )
    uncovered = [Excluded(NOT_COVERED, lost)] if lost else []
    return panel, [*excluded, *uncovered, *left_out(cells, measure)]


def final_part(panel: Panel, share: float = FINAL_SHARE) -> Panel:
    """The panel without amounts that are not final.

    Cells of which less than `share` has arrived become unobserved; days at the end on which no
    series is observed are cut off. Where completeness is not measured the cell stands: a source
    that delivered each day once says nothing about lateness.
    """
    final = panel.observed & ~(panel.completeness < share)
    masked = replace(panel, value=np.where(final, panel.value, np.nan), observed=final)
    days = panel.periods[final.any(axis=0)]
    if not len(days):
        return masked.until(np.datetime64("0001-01-01", "D"))
    return masked.until(days[-1] + np.timedelta64(1, "D"))


def _check(measure: str, dimensions: Sequence[str], categories: Sequence[str]) -> None:
    if measure not in MEASURES:
        raise ValueError(f"got measure {measure!r}, wanted one of {', '.join(MEASURES)}")
    texts = [field.name for field in CELLS if field.type == pa.string()]
    for name in dimensions:
        if name not in texts:
            raise ValueError(f"got dimension {name!r}, wanted one of {', '.join(texts)}")
    for name in categories:
        if name not in CHARGE_CATEGORIES:
            wanted = ", ".join(CHARGE_CATEGORIES)
            raise ValueError(f"got charge category {name!r}, wanted one of {wanted}")


def _demand(
    cells: pa.Table, measure: str, categories: Sequence[str]
) -> tuple[pa.Table, list[Excluded]]:
    """The cells that count, and what of the measure the others hold, by reason."""
    category, unused = cells["charge_category"], cells["is_unused_commitment"]
    counts = pc.is_in(category, value_set=pa.array(categories, pa.string()))
    excluded = []
    for name in sorted(set(texts(category)) - set(categories)):
        amount = exact_sum(cells.filter(pc.equal(category, pa.scalar(name)))[measure])
        excluded.append(Excluded(name, amount))
    waste = exact_sum(cells.filter(pc.and_(counts, unused))[measure])
    excluded.append(Excluded(UNUSED_COMMITMENT, waste))
    demand = cells.filter(pc.and_(counts, pc.invert(unused)))
    return demand, [part for part in excluded if part.amount]


def _values(
    grid: Grid,
    stated: pa.Table,
    seen: NDArray[np.bool_],
    measure: str,
    dimensions: Sequence[str],
) -> tuple[NDArray[np.float64], Decimal]:
    """[N, T] exact sums as floats, zero without a row, NaN if not observed; what is lost there."""
    sums = sum_by(stated, [*dimensions, "day"], [measure])
    rows, columns = grid.rows_of(sums, dimensions), grid.columns_of(sums)
    inside = columns < len(grid.days)
    kept = inside.copy()
    kept[inside] = seen[rows[inside], columns[inside]]
    value = np.where(seen, 0.0, np.nan)
    amounts = np.asarray(sums[measure].cast(pa.float64()).to_numpy())
    value[rows[kept], columns[kept]] = amounts[kept]
    return value, exact_sum(sums.filter(pa.array(~kept))[measure])


def _unknown(
    grid: Grid, demand: pa.Table, measure: str, dimensions: Sequence[str]
) -> NDArray[np.bool_]:
    """[N, T] days on which there was demand and no cell states its cost.

    Measured energy costs nothing by itself: what the machine cost is told by a bill.
    """
    unknown = np.zeros((len(grid.series), len(grid.days)), dtype=bool)
    demand = demand.filter(pc.not_equal(demand["meter"], pa.scalar(_ENERGY)))
    sums = sum_by(demand, [*dimensions, "day"], [measure])
    silent = sums.filter(pc.is_null(sums[measure]))
    known = set(grid.series)
    values = zip(*(texts(silent[name]) for name in dimensions), strict=True)
    silent = silent.filter(pa.array([row in known for row in values], pa.bool_()))
    rows, columns = grid.rows_of(silent, dimensions), grid.columns_of(silent)
    inside = (columns >= 0) & (columns < len(grid.days))
    unknown[rows[inside], columns[inside]] = True
    return unknown
