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

from ledger.keys import keys_of
from ledger.readers.encoded import plain, unchunked
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
_DAY, _KIND, _KEY, _PLACE = "period_start", "_kind", "_key", "_place"
_THREADS = 2
_ZERO = pa.scalar(Decimal(0), MONEY)

# Kinds of rows, beyond their labels: of money, of none, of tokens in its place.
_POSITIVE, _NEGATIVE, _FREE, _FREE_TOKENS, _NOTHING, _FIRST_MASK = range(6)


def condensed(view: LedgerView, further: Collection[str] = ()) -> LedgerView:
    """The view with rows of one day added up where cost cells do not tell them apart.

    Its rows have the columns of `usage_cost`, of which those are null that were not asked for, and
    a column `rows` that counts what each stands for. Every sum of money and counts is the one of
    the view, to the last digit; GPU-hours are added as decimals of 12 digits, so that their sums do
    not depend on the order of rows either.

    Parameters
    ----------
    further
        Columns of `usage_cost` that rules look at.
    """
    keys = [name for name in USAGE_COST.names if name in {*_KEYS, *further}]
    with ThreadPoolExecutor(_THREADS) as threads:
        pieces = view.pieces({*keys, *_SUMS, _DAY})
        parts = list(threads.map(partial(_part, keys=keys), pieces))
    return replace(view, rows=_shaped(_added_up(pa.concat_tables(parts), keys)))


def _part(read: Callable[[], pa.Table], keys: Sequence[str]) -> pa.Table:
    """Sums of the rows of one piece."""
    rows = read()
    hours = unchunked(rows["gpu_hours"]).cast(MONEY, safe=False)
    columns = {name: unchunked(rows[name]) for name in _SUMS} | {
        _DAY: _days(unchunked(rows[_DAY])),
        "gpu_hours": hours,
        **_reasoning(rows),
        _KIND: pa.array(_kinds(rows)),
        ROWS: pa.array(np.ones(rows.num_rows, np.int64)),
    }
    table = pa.table({**{name: unchunked(rows[name]) for name in keys}, **columns})
    return _added_up(table, keys)


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


def _added_up(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Sums per day, kind and the keys, in the order of these."""
    told_apart = [_DAY, *keys, _KIND]
    codes = keys_of([table[name] for name in told_apart], table.num_rows)
    known = [name for name in _SUMS if table[name].null_count < table.num_rows]
    numbered = table.select([*known, ROWS]).append_column(_KEY, pa.array(codes))
    numbered = numbered.append_column(_PLACE, pa.array(np.arange(table.num_rows)))
    sums = numbered.group_by(_KEY, use_threads=False).aggregate(
        [(_PLACE, "min"), *((name, "sum") for name in [*known, ROWS])]
    )
    sums = sums.take(np.argsort(sums[_KEY].to_numpy()))
    first = table.select(told_apart).take(sums[f"{_PLACE}_min"])
    columns: dict[str, Any] = {name: plain(unchunked(first[name])) for name in told_apart}
    for name in [*_SUMS, ROWS]:
        kind = table.schema.field(name).type
        absent = pa.nulls(sums.num_rows, kind)
        columns[name] = sums[f"{name}_sum"].cast(kind) if name in {*known, ROWS} else absent
    return pa.table(columns)


def _shaped(sums: pa.Table) -> pa.Table:
    """The sums under the schema of `usage_cost`, of which nothing is required any more."""
    columns = [
        sums[field.name].cast(field.type, safe=False)
        if field.name in sums.column_names
        else pa.nulls(sums.num_rows, field.type)
        for field in USAGE_COST
    ]
    fields = [field.with_nullable(True) for field in USAGE_COST]
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields))
    return table.append_column(ROWS, sums[ROWS])
