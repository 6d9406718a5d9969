"""Some rows of a file are kept and others reported: fields that are asked of the kept ones only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.canonical import CANONICAL, canonical_rows
from ledger.readers.contract import Reading
from ledger.readers.fields import Column, Field, Fields
from ledger.schema import UTC as UTC_TYPE

__all__ = ["KeptRows"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class KeptRows:
    """Fields of a file, and why each of its rows is left out (null = it is kept) [rows]."""

    fields: Fields
    reason: Column

    @property
    def mask(self) -> Column:
        """Which rows are kept [rows]."""
        return pc.is_null(self.reason)

    def field(self, name: str) -> Field:
        """The field of this name, null in the rows that are left out."""
        field = self.fields[name]
        nothing = pa.scalar(None, field.values.type)
        values = pc.if_else(self.mask, field.values, nothing)
        return Field(field.file, field.name, values, field.sensitive)

    def required(self, name: str, wanted: str = "a value") -> Field:
        """The field of this name; raises BadInput for the first kept row without a value."""
        field = self.field(name)
        field.refuse_where(pc.and_(pc.is_null(field.text()), self.mask), wanted)
        return field

    def reading(self, columns: Mapping[str, Any], *, notes: tuple[str, ...] = ()) -> Reading:
        """The reading of the kept rows, under the numbers they have in the file."""
        rows = canonical_rows(self.fields.rows, _filled(columns)).filter(self.mask)
        reported = Counter(reason for reason in self.reason.to_pylist() if reason is not None)
        return Reading(rows=rows, rows_in=self.fields.rows, reported=reported, notes=notes)


def _filled(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns without nulls where the schema has none, in rows that are then left out."""
    filled = dict(columns)
    for field in CANONICAL:
        column = filled.get(field.name)
        if not field.nullable and isinstance(column, pa.Array) and column.null_count:
            filled[field.name] = pc.fill_null(column, _nothing(field.type))
    return filled


def _nothing(kind: pa.DataType) -> pa.Scalar[Any]:
    if kind == UTC_TYPE:
        return pa.scalar(_EPOCH, kind)
    if kind == pa.date32():
        return pa.scalar(_EPOCH.date(), kind)
    return pa.scalar("", pa.string())
