"""Values of JSON as text, so that no amount becomes a float and nothing is lost silently."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NoReturn

import pyarrow as pa

from ledger.readers.comma_separated import NULL_TEXTS

__all__ = ["as_text", "load_exact", "text_table"]


class _Written(str):
    """A number as it was written; told apart from text, which would be quoted again."""

    __slots__ = ()


def load_exact(text: bytes) -> object:
    """The value of a JSON text, with numbers as they were written.

    Raises ValueError for what is not JSON (NaN and Infinity are not), for a key twice in one
    object and for nesting too deep to read.
    """
    try:
        value: object = json.loads(
            text,
            parse_float=_Written,
            parse_int=_Written,
            parse_constant=_refuse_constant,
            object_pairs_hook=_distinct,
        )
    except RecursionError as error:
        raise ValueError("values nested too deep") from error
    return value


def as_text(value: object) -> str | None:
    """Text of a value: numbers as written, true and false, nested values as JSON.

    Null, the text NULL and the empty text are null.
    """
    if value is None or value in NULL_TEXTS:
        return None
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def text_table(rows: Iterable[Mapping[str, str | None]]) -> pa.Table:
    """Text columns in the order in which their names first appear; null where a row has none."""
    columns: dict[str, list[str | None]] = {}
    count = 0
    for row in rows:
        for name, value in row.items():
            column = columns.setdefault(name, [])
            column.extend([None] * (count - len(column)))
            column.append(value)
        count += 1
    for column in columns.values():
        column.extend([None] * (count - len(column)))
    arrays = [pa.array(column, pa.string()) for column in columns.values()]
    return pa.table(dict(zip(columns, arrays, strict=True)))


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name}, which JSON does not have")
