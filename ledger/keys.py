"""Several columns as one whole number per row, so that rows are grouped and sorted as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.readers.encoded import unchunked

__all__ = ["keys_of"]

_Codes: TypeAlias = NDArray[np.int64]
#: Numbers stay below this; from there on they are counted anew.
_LIMIT = 2**62


def keys_of(columns: Iterable[pa.ChunkedArray[Any]], rows: int) -> _Codes:
    """[R] a number per row: equal where all columns are, and in their order, null last.

    Types are those that sort: text, numbers, truth, times, decimals.
    """
    keys: _Codes = np.zeros(rows, dtype=np.int64)
    size = 1
    for column in columns:
        codes, count = _ranks(unchunked(column))
        if count <= 1:  # tells nothing apart
            continue
        if size > _LIMIT // max(count, 1):
            distinct, keys = np.unique(keys, return_inverse=True)
            size = len(distinct)
        keys = keys * count + codes
        size *= count
    return keys


def _ranks(column: pa.Array[Any]) -> tuple[_Codes, int]:
    """[R] place of each value among the distinct ones, and how many there are."""
    encoded: Any = column
    if not pa.types.is_dictionary(column.type):
        encoded = column.dictionary_encode()
    values = encoded.dictionary
    count = len(values) + int(encoded.null_count > 0)
    if count <= 1:
        return np.zeros(0, dtype=np.int64), count
    order = np.asarray(pc.sort_indices(values).to_numpy(), dtype=np.int64)
    rank = np.empty(len(values) + 1, dtype=np.int64)
    rank[order] = np.arange(len(values))
    rank[-1] = len(values)  # null
    codes = encoded.indices
    if codes.null_count:
        codes = pc.fill_null(codes, pa.scalar(len(values), codes.type))
    return rank[codes.to_numpy()], count
