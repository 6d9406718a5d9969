"""Judging each distinct combination of values once, instead of every row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.dated import Dated
from ledger.readers.encoded import encoded, unchunked

__all__ = ["TAG_PREFIX", "Context", "as_date", "days_of", "distinct", "epochs"]

#: Names a key of the column `tags` where a rule may name a column: "tags.team".
TAG_PREFIX = "tags."
#: Numbers of combinations stay below this; from there on they are counted anew.
_LIMIT = 2**62


@dataclass(frozen=True)
class Context:
    """What rules can ask of a row: its text columns and its tags (`tags.KEY`)."""

    values: Mapping[str, str | None]
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, str | None]) -> Context:
        """Context of a row's values; the column `tags` is a flat JSON object."""
        return cls(
            values={name: value for name, value in values.items() if name != "tags"},
            tags=_tags(values.get("tags") or "{}"),
        )

    def get(self, name: str) -> str | None:
        """Value of a column or of `tags.KEY`; None where absent or blank."""
        if name.startswith(TAG_PREFIX):
            value = self.tags.get(name.removeprefix(TAG_PREFIX))
        else:
            value = self.values.get(name)
        return value or None


def days_of(rows: pa.Table) -> NDArray[np.datetime64]:
    """[R] UTC day of use of each row, datetime64[D]."""
    days = rows["period_start"].cast(pa.date32()).to_numpy()
    return np.asarray(days, dtype="datetime64[D]")


def distinct(
    columns: Sequence[pa.ChunkedArray[Any] | NDArray[np.int64]], rows: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Distinct combinations of the columns' values, null being a value.

    Returns
    -------
    representatives
        [K] a row of each combination, the first.
    which
        [R] combination of each row.
    """
    mixed, size = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        codes = _codes(column)
        count = int(codes.max(initial=0)) + 1
        if size > _LIMIT // count:  # the product of the counts stays a number
            kept, mixed = np.unique(mixed, return_inverse=True)
            size = len(kept)
        mixed, size = mixed * count + codes, size * count
    _, first, which = np.unique(mixed, return_index=True, return_inverse=True)
    return first.astype(np.intp), which.astype(np.intp)


def epochs(rules: Sequence[Dated], days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """[R] number of the stretch of days, within which no rule begins or ends, of each day."""
    edges = {day for rule in rules for day in (rule.valid_from, rule.valid_to) if day is not None}
    bounds = np.array(sorted(edges), dtype="datetime64[D]")
    return np.searchsorted(bounds, days, side="right").astype(np.int64)


def _codes(column: pa.ChunkedArray[Any] | NDArray[np.int64]) -> NDArray[np.int64]:
    if isinstance(column, np.ndarray):
        return column
    codes = encoded(unchunked(column))
    indices: Any = codes.indices
    if codes.null_count:
        indices = pc.fill_null(indices, pa.scalar(len(codes.dictionary), indices.type))
    return np.asarray(indices.to_numpy(), dtype=np.int64)


@lru_cache(maxsize=16_384)  # names of models and owners are asked of the same tags
def _tags(text: str) -> Mapping[str, str]:
    tags = json.loads(text)
    return {key: _text(value) for key, value in tags.items() if value is not None}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def as_date(day: np.datetime64) -> date:
    """Day as a date."""
    return date.fromisoformat(str(day))
