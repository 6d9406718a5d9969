"""Dictionary-encoded text: each distinct value once, and a code per row.

Long files come with their repeating columns encoded. What is asked of a text is then asked of its
distinct values, and rows are touched as numbers only: this is where the speed of an ingest is from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeGuard

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Encoded", "each", "encoded", "holds", "is_encoded", "plain", "recode", "unchunked"]

Encoded: TypeAlias = "pa.DictionaryArray[Any, Any]"
_Column: TypeAlias = "pa.Array[Any]"
_Change: TypeAlias = "Callable[[_Column], _Column]"


def is_encoded(column: _Column) -> TypeGuard[Encoded]:
    """Whether a column is dictionary-encoded."""
    return pa.types.is_dictionary(column.type)


def unchunked(column: pa.ChunkedArray[Any]) -> _Column:
    """Column [R] in one piece, encoded as it was, under one dictionary."""
    chunks: Any = column if column.num_chunks == 1 else column.unify_dictionaries()
    whole: _Column = chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()
    return whole


def plain(column: _Column) -> _Column:
    """Column [R] without encoding."""
    if not is_encoded(column):
        return column
    values: _Column = pc.take(column.dictionary, column.indices)
    return values


def encoded(column: _Column) -> Encoded:
    """Column [R] with encoding."""
    codes: Encoded = column if is_encoded(column) else column.dictionary_encode()
    return codes


def recode(column: Encoded, values: _Column) -> Encoded:
    """The encoded column with `values` [D] in the place of its D distinct ones.

    Equal values become one; null values become null rows: writers of Parquet insist on both.
    """
    if values.equals(column.dictionary) and not values.null_count:
        return column
    merged = values.dictionary_encode()
    codes: _Column = pc.take(merged.indices, column.indices)
    return pa.DictionaryArray.from_arrays(codes, merged.dictionary)


def each(column: _Column, change: _Change) -> _Column:
    """`change` of every value; of an encoded column it is asked of the distinct ones."""
    return recode(column, change(column.dictionary)) if is_encoded(column) else change(column)


def holds(column: _Column, condition: _Change) -> _Column:
    """[R] truth of a condition; of an encoded column it is asked of the distinct values.

    A null row of an encoded column is null, whatever the condition would say.
    """
    if not is_encoded(column):
        return condition(column)
    truth: _Column = pc.take(condition(column.dictionary), column.indices)
    return truth
