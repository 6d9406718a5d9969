"""JSON Lines: one flat object a line; every column text, so that no amount becomes a float."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from ledger.problems import BadInput
from ledger.readers.decoded import without_mark
from ledger.readers.json_values import as_text, load_exact, text_table
from ledger.readers.nested_records import nested_rows

__all__ = ["parse_json_lines"]


def parse_json_lines(data: bytes, file: str) -> pa.Table:
    """Columns of a JSON Lines file as text, in the order in which their names first appear.

    Numbers stay as written, truth values become true and false, nested values JSON text; a key
    that a line does not have is null. A line that holds many rows (`nested_records`) gives them.
    """
    table = text_table(_rows(without_mark(data, file, header=False), file))
    if not table.num_columns:
        raise BadInput("objects with named values", file=file, got="none")
    return table


def _rows(data: bytes, file: str) -> Iterator[dict[str, str | None]]:
    lines = (line for line in data.split(b"\n") if line.strip())
    for row, line in enumerate(lines, start=1):
        record = _object(line, file, row)
        nested = nested_rows(record)
        if nested is None:
            yield {name: as_text(value) for name, value in record.items()}
            continue
        try:
            yield from nested
        except ValueError as error:
            raise BadInput("a sound export", file=file, row=row, got=str(error)) from error


def _object(line: bytes, file: str, row: int) -> dict[str, object]:
    try:
        value = load_exact(line)
    except ValueError as error:
        raise BadInput("one JSON object per line", file=file, row=row, got=str(error)) from error
    if not isinstance(value, dict):
        raise BadInput("one JSON object per line", file=file, row=row, got=type(value).__name__)
    return value
