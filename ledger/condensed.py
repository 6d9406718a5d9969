"""Rows that no judgement of cost cells tells apart, added up: the view of a large bill, in little.

Rules ask for a few columns; in all others rows of one day are the same to them. Money, counts and
tokens add up exactly, so cells made of the sums are the cells of the rows. What is judged row by
row keeps rows apart here: whether money is stated, its sign, and which classes of tokens a row
counts (`ledger.pricing` prices them, or says that it cannot).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.code_sums import code_sums
from ledger.keys import keys_of
from ledger.readers.encoded import encoded, unchunked
from ledger.schema import MONEY, TOKEN_COLUMNS, USAGE_COST
from ledger.token_classes import TOKEN_CLASSES, class_counts, states_tokens
from ledger.view import LedgerView

__all__ = ["ROWS", "condensed"]

#: Column of the sums that counts the rows behind each.
ROWS = "rows"

#: What cost cells look at, besides the columns that rules name.
_KEYS = (
    "source",
    "account",
    "meter",
    "provider",
    "charge_category",
    "currency",
    "cost_origin",
    "raw_model",
    "sub_account",
    "region",
    "service_tier",
    "context_tier",
    "commitment_status",
    "tags",
)
_TOKENS = (*TOKEN_COLUMNS, "reasoning_tokens")
_SUMS = ("billed_cost", "effective_cost", "requests", *_TOKENS, "gpu_hours")
_DAY, _KIND = "period_start", "_kind"
_THREADS = 2
_ZERO = pa.scalar(Decimal(0), MONEY)

# Kinds of rows, beyond their labels: of money, of none, of tokens in its place.
_POSITIVE, _NEGATIVE, _FREE, _FREE_TOKENS, _NOTHING, _FIRST_MASK = range(6)


def condensed(
    view: LedgerView, further: Collection[str] = (), *, sums: Sequence[str] = ()
) -> LedgerView:
    """The view with rows of one day added up where cost cells do not tell them apart.

    Its rows have the columns of `usage_cost`, text dictionary-encoded, of which those are null that
    were not asked for, and a column `rows` that counts what each stands for. Every sum of money and
    counts is the one of the view, to the last digit; GPU-hours are added as decimals of 12 digits,
    so that their sums do not depend on the order of rows either.

    Parameters
    ----------
    further
        Columns of `usage_cost` that rules look at.
    sums
        Numbers of `usage_cost` to add up beyond those that cost cells have.
    """
    keys = [name for name in USAGE_COST.names if name in {*_KEYS, *further}]
    values = (*_SUMS, *sums)
    with ThreadPoolExecutor(_THREADS) as threads:
        pieces = view.pieces({*keys, *values, _DAY})
        parts = list(threads.map(partial(_part, keys=keys, values=values), pieces))
    return replace(view, rows=_shaped(_added_up(pa.concat_tables(parts), keys, values)))


def _part(read: Callable[[], pa.Table], keys: Sequence[str], values: Sequence[str]) -> pa.Table:
    """Sums of the rows of one piece."""
    rows = read()
    columns = {name: _addable(unchunked(rows[name])) for name in values} | {
        _DAY: _days(unchunked(rows[_DAY])),
        **_reasoning(rows),
        _KIND: pa.array(_kinds(rows)),
        ROWS: pa.array(np.ones(rows.num_rows, np.int64)),
    }
    table = pa.table({**{name: encoded(unchunked(rows[name])) for name in keys}, **columns})
    return _added_up(table, keys, values)


def _addable(column: pa.Array[Any]) -> pa.Array[Any]:
    """Numbers whose sum does not depend on their order: floats as decimals."""
    return column.cast(MONEY, safe=False) if pa.types.is_floating(column.type) else column


def _days(starts: pa.Array[Any]) -> pa.Array[Any]:
    """Midnight of each time; bills repeat times, so that each distinct one is rounded once."""
    codes: Any = starts.dictionary_encode()
    days: pa.Array[Any] = pc.floor_temporal(codes.dictionary, unit="day")
    return days.take(codes.indices)


def _reasoning(rows: pa.Table) -> dict[str, pa.Array[Any]]:
    """Reasoning within the output that includes it: so it is counted, and so it adds up."""
    stated = unchunked(rows["reasoning_tokens"])
    if stated.null_count == len(stated):
        return {"reasoning_tokens": stated}
    counted = pa.array(class_counts(rows)["reasoning"])
    return {"reasoning_tokens": pc.if_else(pc.is_valid(stated), counted, None)}


def _kinds(rows: pa.Table) -> NDArray[np.int64]:
    """[R] what tells rows apart beyond their labels."""
    cost = unchunked(rows["effective_cost"])
    kinds = np.full(rows.num_rows, _POSITIVE, dtype=np.int64)
    is_counted = any(rows[name].null_count < rows.num_rows for name in _TOKENS)
    classes = class_counts(rows) if is_counted else {}
    mask = np.zeros(rows.num_rows, dtype=np.int64)
    for place, name in enumerate(TOKEN_CLASSES):
        if is_counted:
            mask += (classes[name] > 0).astype(np.int64) << place
    unknown = _truth(pc.is_null(cost))
    kinds[_truth(pc.less(cost, _ZERO))] = _NEGATIVE
    kinds[_truth(pc.equal(cost, _ZERO))] = _FREE
    kinds[(kinds == _FREE) & (mask > 0)] = _FREE_TOKENS
    told = states_tokens(rows) if is_counted else np.zeros(rows.num_rows, dtype=bool)
    kinds[unknown] = np.where(told, _FIRST_MASK + mask, _NOTHING)[unknown]
    return kinds


def _truth(mask: pa.Array[Any]) -> NDArray[np.bool_]:
    filled: Any = pc.fill_null(mask, pa.scalar(False))
    return np.asarray(filled.to_numpy(zero_copy_only=False))


def _added_up(table: pa.Table, keys: Sequence[str], values: Sequence[str]) -> pa.Table:
    """Sums per day, kind and the keys, in the order of these."""
    told_apart = [_DAY, *keys, _KIND]
    codes = keys_of([table[name] for name in told_apart], table.num_rows)
    known = [name for name in values if table[name].null_count < table.num_rows]
    first, sums = code_sums(table.select([*known, ROWS]), codes)
    columns: dict[str, Any] = {
        name: unchunked(table[name].take(pa.array(first, pa.int64()))) for name in told_apart
    }
    for name in [*values, ROWS]:
        absent = pa.nulls(sums.num_rows, table.schema.field(name).type)
        columns[name] = sums[name] if name in {*known, ROWS} else absent
    return pa.table(columns)


def _shaped(sums: pa.Table) -> pa.Table:
    """The sums under the schema of `usage_cost`, of which nothing is required any more."""
    columns: dict[str, Any] = {field.name: _typed(sums, field) for field in USAGE_COST}
    columns[ROWS] = sums[ROWS]
    return pa.table(columns)


def _typed(sums: pa.Table, field: pa.Field[Any]) -> Any:  # noqa: ANN401 (array, chunked or not)
    if field.name not in sums.column_names:
        return pa.nulls(sums.num_rows, field.type)
    column = sums[field.name]
    return column if field.type == pa.string() else column.cast(field.type, safe=False)
