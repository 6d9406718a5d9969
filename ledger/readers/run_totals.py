"""Running totals of runs to what each row adds to the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.readers.amounts import parse_amounts
from ledger.readers.fields import Column, Fields

__all__ = ["RunTotals", "run_totals"]

_FLOAT = pa.float64()


@dataclass(frozen=True)
class RunTotals:
    """For each row [R] of a file: its id, what it adds, and whether it says nothing new.

    `since_last` maps the names of the totals, and that of the duration, to float64 arrays;
    `repeated` rows have the run and the duration of a row before them.
    """

    ids: Column
    since_last: Mapping[str, Column]
    repeated: Column


def run_totals(fields: Fields, *, run: str, duration: str, totals: Sequence[str]) -> RunTotals:
    """What each row adds to its run, in the order of the durations (seconds since its start).

    The id of a row is that of its run and the duration, as written: it stays what it is when the
    file grows. Raises BadInput for a row without a run, a duration or a total, for one that is
    negative, and for a total below that of an earlier row of the run.
    """
    runs = fields.needed_text(run)
    parts: list[Any] = [runs, fields[duration].required().text()]
    ids: Column = pc.binary_join_element_wise(*parts, "@")
    written = {name: _not_negative(fields, name) for name in (duration, *totals)}
    codes = np.asarray(runs.dictionary_encode().indices)
    order = np.lexsort((np.arange(len(codes)), written[duration], codes))
    continued = np.zeros(len(codes), dtype=bool)
    continued[order[1:]] = codes[order[1:]] == codes[order[:-1]]
    added = {name: _added(values, order, continued) for name, values in written.items()}
    for name, values in added.items():
        fields[name].refuse_where(pa.array(values < 0), "at least that of its run's row before")
    repeated = continued & (added[duration] == 0)
    for name in totals:
        changed = pa.array(repeated & (added[name] != 0))
        fields[name].refuse_where(changed, "one total for a run at one time")
    return RunTotals(
        ids=ids,
        since_last={name: pa.array(values, _FLOAT) for name, values in added.items()},
        repeated=pa.array(repeated),
    )


def _not_negative(fields: Fields, name: str) -> NDArray[np.float64]:
    field = fields[name].required()
    values = pc.cast(parse_amounts(field).values, _FLOAT)
    field.refuse_where(pc.less(values, pa.scalar(0.0)), "a number, not negative")
    return np.asarray(values)


def _added(
    values: NDArray[np.float64], order: NDArray[np.int64], continued: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Differences [R] to the row before in `order`, where that is of the same run."""
    before = np.zeros_like(values)
    before[order[1:]] = values[order[:-1]]
    difference: NDArray[np.float64] = values - np.where(continued, before, 0.0)
    return difference
