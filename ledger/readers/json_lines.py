"""JSON Lines: one flat object a line; every column text, so that no amount becomes a float."""

from __future__ import annotations

import json
from typing import NoReturn

import pyarrow as pa

from ledger.problems import BadInput
from ledger.readers.comma_separated import NULL_TEXTS
from ledger.readers.decoded import without_mark

__all__ = ["parse_json_lines"]


def parse_json_lines(data: bytes, file: str) -> pa.Table:
    """Columns of a JSON Lines file as text, in the order in which their names first appear.

    Numbers stay as written, truth values become true and false, nested values JSON text; a key
    that a line does not have is null.
    """
    lines = without_mark(data, file, header=False).split(b"\n")
    columns: dict[str, list[str | None]] = {}
    row = 0
    for line in lines:
        if not line.strip():
            continue
        row += 1
        for name, value in _object(line, file, row).items():
            column = columns.setdefault(name, [])
            column.extend([None] * (row - 1 - len(column)))
            column.append(_text(value))
    for column in columns.values():
        column.extend([None] * (row - len(column)))
    if not columns:
        raise BadInput("objects with named values", file=file, got="none")
    arrays = [pa.array(column, pa.string()) for column in columns.values()]
    return pa.table(dict(zip(columns, arrays, strict=True)))


class _Written(str):
    """A number as it was written; told apart from text, which would be quoted again."""

    __slots__ = ()


def _object(line: bytes, file: str, row: int) -> dict[str, object]:
    try:
        value: object = json.loads(
            line,
            parse_float=_Written,
            parse_int=_Written,
            parse_constant=_refuse_constant,
            object_pairs_hook=_distinct,
        )
    except (ValueError, RecursionError) as error:
        raise BadInput("one JSON object per line", file=file, row=row, got=str(error)) from error
    if not isinstance(value, dict):
        raise BadInput("one JSON object per line", file=file, row=row, got=type(value).__name__)
    return value


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name}, which JSON does not have")


def _text(value: object) -> str | None:
    if value is None or value in NULL_TEXTS:
        return None
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
