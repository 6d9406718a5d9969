"""Bytes to UTF-8 text without a byte order mark, or the row where they stop being text."""

from __future__ import annotations

import codecs

from ledger.problems import BadInput

__all__ = ["without_mark"]

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def without_mark(data: bytes, file: str, *, header: bool, first_row: int = 1) -> bytes:
    """The bytes without UTF-8's byte order mark, proven to be UTF-8 text without NUL.

    `header` tells whether the first line is one, so that errors count data rows from `first_row`
    on (1, but for the later pieces of a file). Lines inside quotes are counted as rows too: of
    damaged bytes nothing better can be said.
    """
    if data.startswith(_UTF16_MARKS):
        raise BadInput("UTF-8 text", file=file, got="UTF-16 text")
    data = data.removeprefix(codecs.BOM_UTF8)
    first_row -= header
    try:
        data.isascii() or data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = first_row + data.count(b"\n", 0, error.start)
        got = f"byte 0x{data[error.start]:02x}"
        raise BadInput("UTF-8 text", file=file, row=row, got=got) from error
    nul = data.find(b"\0")
    if nul >= 0:
        row = first_row + data.count(b"\n", 0, nul)
        raise BadInput("text", file=file, row=row, got="a NUL byte")
    return data
