"""Rows of an API's report: results within records, some of which have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.delivery import Span
from ledger.problems import BadInput
from ledger.readers.canonical import canonical_rows
from ledger.readers.contract import Reading
from ledger.readers.fields import Column, Field, Fields
from ledger.readers.identity import first_repeat

__all__ = ["Results", "results_of"]

_WITHOUT = "periods in which the report has no result"
_SEPARATOR = "\x1f"  # ASCII unit separator: in no name of a project or model


@dataclass(frozen=True)
class Results:
    """The fields of a report, and which of its rows are results [rows].

    The other rows are records of which the list of results was empty: they say that a period was
    covered, and are reported, not kept.
    """

    fields: Fields
    present: Column

    def required(self, name: str, wanted: str = "a value") -> Field:
        """The field of this name; raises for the first result without a value."""
        field = self.fields[name]
        missing = pc.and_(pc.is_null(field.text()), self.present)
        field.refuse_where(missing, wanted)
        return field

    def filled(self, name: str, value: str) -> Field:
        """The required field of this name, with `value` in the rows that are no results."""
        field = self.required(name)
        text = pc.if_else(self.present, field.text(), pa.scalar(value))
        return field.with_values(text)

    def text(self, name: str) -> Column:
        """Text of a column that may be absent or empty."""
        return self.fields.text(name)

    def without(self, name: str) -> int:
        """How many results have no value of this name."""
        return _count(pc.and_(pc.is_null(self.text(name)), self.present))

    def holding(self, name: str, value: str) -> int:
        """How many results have this value."""
        return _count(pc.equal(self.text(name), pa.scalar(value)))

    def refuse_repeats(self, periods: Column, names: Sequence[str]) -> None:
        """Raise where two results of one period [rows] agree in all these columns.

        A report has each group once: a page that is twice in a file would count twice.
        """
        parts: list[Any] = [pc.cast(pc.cast(periods, pa.int64()), pa.string())]
        parts += [self.text(name) for name in names]
        keys = pc.binary_join_element_wise(*parts, _SEPARATOR, null_handling="replace")
        repeat = first_repeat(pc.if_else(self.present, keys, pa.scalar(None, pa.string())))
        if repeat is None:
            return
        first, second = repeat
        raise BadInput(
            f"each {', '.join(_short(name) for name in names)} once in a period: row "
            f"{first + self.fields.first_row} has the same (is a page in the file twice?)",
            file=self.fields.file,
            row=second + self.fields.first_row,
        )

    def reading(
        self,
        columns: Mapping[str, Any],
        *,
        covers: tuple[Span, ...] | None,
        extent: frozenset[str] | None,
        notes: tuple[str, ...],
    ) -> Reading:
        """The reading whose rows are the results, under the numbers they have in the file."""
        rows = canonical_rows(self.fields.rows, columns).filter(self.present)
        left_out = self.fields.rows - rows.num_rows
        return Reading(
            rows=rows,
            rows_in=self.fields.rows,
            reported={_WITHOUT: left_out} if left_out else {},
            notes=notes,
            covers=covers,
            extent=extent,
        )


def results_of(fields: Fields, prefix: str) -> Results:
    """Results of a report: the rows with a value in any allowed column named `prefix`..."""
    valid = [
        pc.is_valid(fields.text(name)) for name in sorted(fields.names) if name.startswith(prefix)
    ]
    return Results(fields, reduce(pc.or_, valid))


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _count(mask: Column) -> int:
    return pc.sum(mask).as_py() or 0
