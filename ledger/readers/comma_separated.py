"""Comma-separated values as RFC 4180 has them; every column text, NULL and nothing are null."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from typing import Literal

import pyarrow as pa
from pyarrow import csv as arrow_csv

from ledger.problems import BadInput
from ledger.readers.decoded import without_mark

__all__ = ["NULL_TEXTS", "header_names", "parse_csv", "parse_rows"]

#: What exports write where they have no value (the real FOCUS sample uses both).
NULL_TEXTS = ("", "NULL")
# A whole block is parsed at once; a row must fit into one (chat logs have megabytes in a field).
_BLOCK_BYTES = 1 << 26
_ENCODED = pa.dictionary(pa.int32(), pa.string())


def parse_csv(data: bytes, file: str) -> pa.Table:
    """Columns of a CSV file as text, under the names of its header."""
    data = without_mark(data, file, header=True)
    names = header_names(data, file)
    _check_quotes(data, file)
    return parse_rows(data, file, names, header=True)


def parse_rows(
    data: bytes,
    file: str,
    names: Sequence[str],
    *,
    header: bool,
    first_row: int = 1,
    columns: Collection[str] | None = None,
    encoded: Collection[str] = (),
) -> pa.Table:
    """Rows of a CSV file as text columns.

    Parameters
    ----------
    data
        Whole rows, proven to be UTF-8 text.
    names
        Of all columns of the file.
    header
        Whether the header stands before the rows.
    first_row
        Number of the first data row in the file.
    columns, encoded
        Which columns are wanted (all), and which of them dictionary-encoded.
    """
    bad: list[arrow_csv.InvalidRow] = []

    def refuse(row: arrow_csv.InvalidRow) -> Literal["error"]:
        bad.append(row)
        return "error"

    kinds = [_ENCODED if name in encoded else pa.string() for name in names]
    wanted = [place for place, name in enumerate(names) if columns is None or name in columns]
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            # One thread: only then are rows numbered. Names are given, so that pyarrow never
            # guesses a type; the header is read once more as the first row and cut off below.
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=_BLOCK_BYTES, column_names=_positions(names)
            ),
            parse_options=arrow_csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict(zip(_positions(names), kinds, strict=True)),
                strings_can_be_null=True,
                null_values=list(NULL_TEXTS),
                include_columns=[str(place) for place in wanted],
            ),
        )
    except pa.ArrowInvalid as error:
        if not bad:
            raise BadInput("comma-separated values", file=file, got=str(error)) from error
        number = None if bad[0].number is None else bad[0].number - 1 - header + first_row
        raise BadInput(
            f"{len(names)} values in every row, as in the header",
            file=file,
            row=number,
            got=f"{bad[0].actual_columns} values",
        ) from error
    return table.slice(int(header)).rename_columns([names[place] for place in wanted])


def _positions(names: Sequence[str]) -> list[str]:
    return [str(position) for position in range(len(names))]


def header_names(data: bytes, file: str) -> list[str]:
    """Column names of the first row that is not empty; raises BadInput where there are none."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    names = next((row for row in csv.reader(text) if row), [])
    names = [name.strip() for name in names]
    if not any(names):
        raise BadInput("a header with column names", file=file, row=0, got="no names")
    if len(names) == 1 and any(sign in names[0] for sign in ";\t|"):
        raise BadInput("commas between the columns", file=file, row=0, got=names[0])
    return names


def _check_quotes(data: bytes, file: str) -> None:
    """Refuse a quote that never ends: the sign of a truncated file, which pyarrow lets pass."""
    if data.count(b'"') % 2 == 0:
        return
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=""), strict=True)
    row = -1
    # The limit is the interpreter's, hence put back: chat logs have fields beyond its 128 KiB.
    limit = csv.field_size_limit(len(data))
    try:
        for row, _ in enumerate(rows):  # noqa: B007 (the last row read is named in the error)
            pass
    except csv.Error as error:
        raise BadInput(
            "an end to every quoted text", file=file, row=row + 1, got=str(error)
        ) from error
    finally:
        csv.field_size_limit(limit)
