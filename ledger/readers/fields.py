"""One column of a delivered file with its place, so that whoever parses it can name a bad row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from ledger.problems import BadInput
from ledger.readers.comma_separated import NULL_TEXTS
from ledger.readers.contract import RawTable
from ledger.readers.encoded import Encoded, each, is_encoded, plain, recode, unchunked

__all__ = ["Column", "Field", "Fields"]

#: Values of one column, without chunks.
Column: TypeAlias = "pa.Array[Any]"


@dataclass(frozen=True)
class Field:
    """A column of a file: `values` has one entry per data row, the first one of `first_row`.

    `sensitive` values are never shown in an error, only their type and length.
    """

    file: str
    name: str
    values: Column
    sensitive: bool = False
    first_row: int = 1

    def bad(self, row: int, wanted: str) -> BadInput:
        """Error about the value of a row, counted from 0 at the first one here."""
        value = self.values[row].as_py()
        got = value
        if self.sensitive and value is not None:
            got = f"{type(value).__name__} of length {len(str(value))}"
        if value is None:
            got = "no value"
        return BadInput(wanted, file=self.file, row=row + self.first_row, field=self.name, got=got)

    def refuse_where(self, bad: Column, wanted: str) -> None:
        """Raise for the first row where the mask `bad` is true."""
        row: int = pc.index(bad, True).as_py()
        if row >= 0:
            raise self.bad(row, wanted)

    def required(self, wanted: str = "a value") -> Field:
        """The same field; raises for the first row without a value (NULL as text is none)."""
        is_text = pa.types.is_string(self.values.type) or is_encoded(self.values)
        values = self.words() if is_text else self.values
        if values.null_count:
            self.refuse_where(pc.is_null(values), wanted)
        return self

    def text(self) -> Column:
        """Values as text without blanks around; the text NULL and nothing are null."""
        return plain(self.words())

    def words(self) -> Column:
        """The same, dictionary-encoded where the column is."""
        values = self.values
        if is_encoded(values) and pa.types.is_string(values.type.value_type):
            return each(values, _without_blanks)
        values = plain(values)
        return _without_blanks(
            values if pa.types.is_string(values.type) else self._cast_to_text(values)
        )

    def map_distinct(
        self, parse: Callable[[str], Any], kind: pa.DataType, *, wanted: str
    ) -> Column:
        """`parse` of every text as an array of `kind`; each distinct text is parsed once.

        Raises BadInput for the first row whose text `parse` refuses with a ValueError.
        """
        codes, parsed = self._parsed(parse, kind, wanted)
        return pc.take(parsed, codes.indices)

    def map_words(self, parse: Callable[[str], str | None], *, wanted: str) -> Column:
        """`map_distinct` to other text, dictionary-encoded where the column is."""
        codes, parsed = self._parsed(parse, pa.string(), wanted)
        return recode(codes, parsed) if is_encoded(self.values) else pc.take(parsed, codes.indices)

    def with_values(self, values: Column) -> Field:
        """The same place with other values."""
        return replace(self, values=values)

    def _parsed(
        self, parse: Callable[[str], Any], kind: pa.DataType, wanted: str
    ) -> tuple[Encoded, Column]:
        """Codes [R] of the texts, and what the distinct ones were parsed to [D]."""
        words = self.words()
        codes = words if is_encoded(words) else words.dictionary_encode()
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
        return codes, pa.array(parsed, kind)

    def _cast_to_text(self, values: Column) -> Column:
        try:
            return pc.cast(values, pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise BadInput(
                "text", file=self.file, field=self.name, got=f"values of type {values.type}"
            ) from error


class Fields:
    """The allowed columns of a file. Asking for another one is a programming error.

    `encoded` = the reader takes dictionary-encoded text as it is; else it gets plain text.
    """

    def __init__(
        self,
        raw: RawTable,
        allowed: Iterable[str],
        *,
        sensitive: Iterable[str] = (),
        encoded: bool = False,
    ) -> None:
        self._raw = raw
        self._allowed = frozenset(allowed)
        self._sensitive = frozenset(sensitive)
        self._encoded = encoded
        self.file = raw.file
        self.first_row = raw.first_row
        self.rows = raw.table.num_rows
        self.names = self._allowed.intersection(raw.table.column_names)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Field:
        """The field of this name; all null where the file does not have it."""
        if name not in self._allowed:
            raise KeyError(f"{name} is not in the allow-list of this reader")
        if name in self.names:
            values = unchunked(self._raw.table[name])
            values = values if self._encoded else plain(values)
        else:
            values = pa.nulls(self.rows, pa.string())
        return Field(self.file, name, values, name in self._sensitive, self.first_row)

    def text(self, name: str) -> Column:
        """Text of a column that may be absent or empty."""
        return self[name].text()

    def words(self, name: str) -> Column:
        """The same, dictionary-encoded where the column is."""
        return self[name].words()

    def needed_text(self, name: str) -> Column:
        """Text of a column in which every row has a value; raises for the first that has none."""
        return plain(self.needed_words(name))

    def needed_words(self, name: str) -> Column:
        """The same, dictionary-encoded where the column is."""
        field = self[name]
        words = field.words()
        field.refuse_where(pc.is_null(words), "a value")
        return words


def _without_blanks(texts: Column) -> Column:
    trimmed = pc.utf8_trim_whitespace(texts)
    nothing = pc.is_in(trimmed, value_set=pa.array(NULL_TEXTS, pa.string()))
    text: Column = pc.if_else(nothing, pa.scalar(None, pa.string()), trimmed)
    return text
