"""The classes of tokens that have prices of their own, and how many of each a row counts."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = [
    "COUNTED_COLUMNS",
    "TOKEN_CLASSES",
    "TokenClass",
    "class_counts",
    "states_tokens",
    "total_counts",
]

TokenClass = Literal[
    "input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning"
]
#: Mutually exclusive here: `output` is output without reasoning.
TOKEN_CLASSES: tuple[TokenClass, ...] = get_args(TokenClass)

_COLUMNS: dict[TokenClass, str] = {
    "input": "input_tokens_uncached",
    "cache_read": "input_tokens_cache_read",
    "cache_write_5m": "input_tokens_cache_write_5m",
    "cache_write_1h": "input_tokens_cache_write_1h",
    "output": "output_tokens",
    "reasoning": "reasoning_tokens",
}
#: Columns of `usage_cost` that count tokens.
COUNTED_COLUMNS = tuple(_COLUMNS.values())
_NO_TOKENS = pa.scalar(0, pa.int64())


def class_counts(rows: pa.Table) -> dict[TokenClass, NDArray[np.int64]]:
    """[R] tokens of each class per row of `usage_cost`; 0 where the source said nothing.

    They sum to the row's total of tokens: reasoning is taken out of the output that includes it.
    """
    counts = {name: _stated(rows, column) for name, column in _COLUMNS.items()}
    counts["reasoning"] = np.minimum(counts["reasoning"], counts["output"])
    counts["output"] = counts["output"] - counts["reasoning"]
    return counts


def total_counts(rows: pa.Table) -> NDArray[np.int64]:
    """[R] tokens of all classes per row of `usage_cost`."""
    total = np.zeros(rows.num_rows, dtype=np.int64)
    for counts in class_counts(rows).values():
        total += counts
    return total


def states_tokens(rows: pa.Table) -> NDArray[np.bool_]:
    """[R] whether the source counted tokens at all."""
    stated = np.zeros(rows.num_rows, dtype=bool)
    for column in _COLUMNS.values():
        stated |= pc.is_valid(rows[column]).to_numpy()
    return stated


def _stated(rows: pa.Table, column: str) -> NDArray[np.int64]:
    counts: pa.ChunkedArray[Any] = pc.if_else(pc.is_valid(rows[column]), rows[column], _NO_TOKENS)
    return np.asarray(counts.to_numpy(), dtype=np.int64)
