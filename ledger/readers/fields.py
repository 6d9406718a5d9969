"""One column of a delivered file with its place, so that whoever parses it can name a bad row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ledger.problems import BadInput
from ledger.readers.comma_separated import NULL_TEXTS
from ledger.readers.contract import RawTable

__all__ = ["Column", "Field", "Fields"]

#: Values of one column, without chunks.
Column: TypeAlias = "pa.Array[Any]"


@dataclass(frozen=True)
class Field:
    """A column of a file: `values` has one entry per data row.

    `sensitive` values are never shown in an error, only their type and length.
    """

    file: str
    name: str
    values: Column
    sensitive: bool = False

    def bad(self, row: int, wanted: str) -> BadInput:
        """Error about the value of a row, counted from 0."""
        value = self.values[row].as_py()
        got = value
        if self.sensitive and value is not None:
            got = f"{type(value).__name__} of length {len(str(value))}"
        if value is None:
            got = "no value"
        return BadInput(wanted, file=self.file, row=row + 1, field=self.name, got=got)

    def refuse_where(self, bad: Column, wanted: str) -> None:
        """Raise for the first row where the mask `bad` is true."""
        row: int = pc.index(bad, True).as_py()
        if row >= 0:
            raise self.bad(row, wanted)

    def required(self, wanted: str = "a value") -> Field:
        """The same field; raises for the first row without a value (NULL as text is none)."""
        values = self.text() if pa.types.is_string(self.values.type) else self.values
        if values.null_count:
            self.refuse_where(pc.is_null(values), wanted)
        return self

    def text(self) -> Column:
        """Values as text without blanks around; the text NULL and nothing are null."""
        values = self.values
        if not pa.types.is_string(values.type):
            values = self._cast_to_text()
        trimmed = pc.utf8_trim_whitespace(values)
        nothing = pc.is_in(trimmed, value_set=pa.array(NULL_TEXTS, pa.string()))
        text: Column = pc.if_else(nothing, pa.scalar(None, pa.string()), trimmed)
        return text

    def map_distinct(
        self, parse: Callable[[str], Any], kind: pa.DataType, *, wanted: str
    ) -> Column:
        """`parse` of every text as an array of `kind`; each distinct text is parsed once.

        Raises BadInput for the first row whose text `parse` refuses with a ValueError.
        """
        codes: pa.DictionaryArray[Any, Any] = self.text().dictionary_encode()
        parsed: list[Any] = []
        refused: list[int] = []
        for code, text in enumerate(codes.dictionary.to_pylist()):
            try:
                parsed.append(parse(str(text)))
            except (ValueError, ArithmeticError):
                parsed.append(None)
                refused.append(code)
        if refused:
            codes_refused: Column = pa.array(refused, pa.int32())
            self.refuse_where(pc.is_in(codes.indices, value_set=codes_refused), wanted)
        values: Column = pa.array(parsed, kind)
        return pc.take(values, codes.indices)

    def _cast_to_text(self) -> Column:
        try:
            return pc.cast(self.values, pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise BadInput(
                "text", file=self.file, field=self.name, got=f"values of type {self.values.type}"
            ) from error


class Fields:
    """The allowed columns of a file. Asking for another one is a programming error."""

    def __init__(
        self, raw: RawTable, allowed: Iterable[str], *, sensitive: Iterable[str] = ()
    ) -> None:
        self._raw = raw
        self._allowed = frozenset(allowed)
        self._sensitive = frozenset(sensitive)
        self.rows = raw.table.num_rows
        self.names = self._allowed.intersection(raw.table.column_names)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Field:
        """The field of this name; all null where the file does not have it."""
        if name not in self._allowed:
            raise KeyError(f"{name} is not in the allow-list of this reader")
        sensitive = name in self._sensitive
        if name not in self.names:
            return Field(self._raw.file, name, pa.nulls(self.rows, pa.string()), sensitive)
        return Field(self._raw.file, name, _unchunked(self._raw.table[name]), sensitive)

    def text(self, name: str) -> Column:
        """Text of a column that may be absent or empty."""
        return self[name].text()

    def needed_text(self, name: str) -> Column:
        """Text of a column in which every row has a value; raises for the first that has none."""
        field = self[name]
        text = field.text()
        field.refuse_where(pc.is_null(text), "a value")
        return text


def _unchunked(column: pa.ChunkedArray[Any]) -> Column:
    values: Column = column.combine_chunks()
    if pa.types.is_dictionary(values.type):
        return values.cast(values.type.value_type)
    return values
