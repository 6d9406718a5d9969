"""Which amounts may still change, said once when a snapshot is published."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.panel import Panel

__all__ = ["PROVISIONAL", "final_mask", "mark_provisional"]

#: Column added to the cost cells.
PROVISIONAL = "is_provisional"


def final_mask(panel: Panel, final_panel: Panel) -> NDArray[np.bool_]:
    """[N, T] of `panel`: whether `final_panel` observes the day.

    Raises ValueError when the final panel is not a part of the panel.
    """
    if not set(final_panel.unique_ids) <= set(panel.unique_ids):
        raise ValueError("the final part has series that the panel does not have")
    start = int(np.searchsorted(panel.periods, final_panel.periods[0]))
    length = len(final_panel.periods)
    if not np.array_equal(panel.periods[start : start + length], final_panel.periods):
        raise ValueError("the final part has days that the panel does not have")
    row_of = {name: row for row, name in enumerate(panel.unique_ids)}
    rows = np.array([row_of[name] for name in final_panel.unique_ids], dtype=np.intp)
    final = np.zeros(panel.value.shape, dtype=np.bool_)
    final[rows, start : start + length] = final_panel.observed
    return final


def mark_provisional(
    cells: pa.Table, panel: Panel, final: NDArray[np.bool_], end: np.datetime64
) -> pa.Table:
    """Cost cells with the column `is_provisional`.

    A cell is provisional from the day after the last final day on, and before it where its series
    observed the day but does not count it as complete. Charges of no series (taxes) go by the day.
    """
    days = cells["day"].to_numpy().astype("datetime64[D]")
    provisional = days >= end
    row = _series_rows(cells, panel)
    column = (days - panel.periods[0]).astype(np.int64)
    inside = (row >= 0) & (column >= 0) & (column < len(panel.periods))
    unfinished = panel.observed & ~final
    provisional[inside] |= unfinished[row[inside], column[inside]]
    return cells.append_column(
        pa.field(PROVISIONAL, pa.bool_(), nullable=False), pa.array(provisional)
    )


def _series_rows(cells: pa.Table, panel: Panel) -> NDArray[np.intp]:
    """[cells] row of the panel, -1 = none; each distinct tuple is looked up once."""
    dimensions = panel.keys[0].dimensions if panel.keys else ()
    if not cells.num_rows or not set(dimensions) <= set(cells.column_names):
        return np.full(cells.num_rows, -1, dtype=np.intp)
    row_of = {tuple(key[name] for name in dimensions): row for row, key in enumerate(panel.keys)}
    columns = [cells[name].combine_chunks().dictionary_encode() for name in dimensions]
    codes = np.zeros(cells.num_rows, dtype=np.int64)
    for column in columns:
        codes = codes * len(column.dictionary) + column.indices.to_numpy()
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    tuples = zip(
        *(cells[name].take(pa.array(first, pa.int64())).to_pylist() for name in dimensions),
        strict=True,
    )
    rows = np.array([row_of.get(values, -1) for values in tuples], dtype=np.intp)
    found: NDArray[np.intp] = rows[inverse]
    return found
