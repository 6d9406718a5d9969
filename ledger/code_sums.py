"""Sums of columns over rows with equal codes, in the order of the codes.

Rows that are alone with their code are most rows of a condensed bill: they are taken as they are,
and only the others are added up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.readers.encoded import unchunked

__all__ = ["code_sums"]

_CODE = "_code"
#: Share of codes with several rows from which taking the others apart costs more than it saves.
_FEW_ALONE = 0.5


def code_sums(values: pa.Table, codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], pa.Table]:
    """Sum every column per code; a sum is null exactly where every value is.

    Floats are added in the order of rows, by one thread: their sums are always the same.

    Parameters
    ----------
    values
        [R] rows of numbers.
    codes
        [R] code of each row.

    Returns
    -------
    first
        [K] smallest row number of each distinct code, codes ascending.
    sums
        [K] rows, of the same columns and types.
    """
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    starts = np.flatnonzero(np.diff(sorted_codes, prepend=sorted_codes[:1] - 1))
    first = order[starts].astype(np.int64)
    is_shared = np.diff(starts, append=len(order)) > 1
    if not is_shared.any():
        return first, values.take(pa.array(first, pa.int64()))
    if is_shared.mean() > _FEW_ALONE:
        return first, _added_up(values, codes)
    shared = np.zeros(len(codes), dtype=bool)
    shared[order] = np.repeat(is_shared, np.diff(starts, append=len(order)))
    several = _added_up(values.filter(pa.array(shared)), codes[shared])
    alone, mask = values.take(pa.array(first, pa.int64())), pa.array(is_shared)
    columns: dict[str, Any] = {
        name: pc.replace_with_mask(unchunked(alone[name]), mask, unchunked(several[name]))
        for name in values.column_names
    }
    return first, pa.table(columns)


def _added_up(values: pa.Table, codes: NDArray[np.int64]) -> pa.Table:
    """Sums in the order of the codes."""
    numbered = values.append_column(_CODE, pa.array(codes))
    grouped = numbered.group_by(_CODE, use_threads=False).aggregate(
        [(name, "sum") for name in values.column_names]
    )
    grouped = grouped.take(pc.sort_indices(grouped[_CODE]))
    columns: dict[str, Any] = {
        field.name: grouped[f"{field.name}_sum"].cast(field.type) for field in values.schema
    }
    return pa.table(columns)
