"""Open a delivered file: bytes to a table under the file's own names, or one clear error.

Nothing is understood here. A damaged file is refused as a whole: a bill of which the last rows are
missing looks like a saving.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.problems import BadInput
from ledger.readers.comma_separated import parse_csv
from ledger.readers.contract import RawTable
from ledger.readers.json_documents import parse_json_document
from ledger.readers.json_lines import parse_json_lines
from ledger.readers.unpacking import unpack

__all__ = ["SUFFIXES", "check_names", "open_table"]

_GZIP_MAGIC = b"\x1f\x8b"  # RFC 1952, 2.3.1
_PARQUET_MAGIC = b"PAR1"


def open_table(path: Path) -> RawTable:
    """Read a CSV, JSON Lines, JSON (all three plain or gzip) or Parquet file.

    Of CSV, JSON Lines and JSON every column is text, the text NULL and the empty text are null;
    Parquet keeps its types. Raises BadInput for a file that cannot be read, is truncated, is not
    UTF-8, has no data row, or names a column twice.
    """
    file = str(path)
    parse = _parser(path)
    data = _content(path)
    if not data:
        raise BadInput("a file with a header and at least one row", file=file, got="an empty file")
    table = parse(data, file)
    check_names(table.column_names, file)
    if not table.num_rows:
        raise BadInput("at least one data row", file=file, got="a header without rows")
    return RawTable(file=file, table=table)


def _parser(path: Path) -> Callable[[bytes, str], pa.Table]:
    name = path.name.lower()
    for suffix, parse in _PARSERS.items():
        if name.endswith(suffix):
            return parse
    raise BadInput(f"a file named {', '.join(SUFFIXES)}", file=str(path), got=path.suffix)


def _content(path: Path) -> bytes:
    """All bytes of the file, decompressed; says so when content and name disagree."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput("a readable file", file=str(path), got=error.strerror) from error
    if path.suffix.lower() != ".gz":
        if data.startswith(_GZIP_MAGIC):
            raise BadInput("a name ending in .gz", file=str(path), got="gzip content")
        if data.startswith(_PARQUET_MAGIC) and path.suffix.lower() != ".parquet":
            raise BadInput("a name ending in .parquet", file=str(path), got="Parquet content")
        return data
    return unpack(data, str(path)) if data else data


def _parse_parquet(data: bytes, file: str) -> pa.Table:
    # From bytes: given a path, pyarrow would take `delivered=.../` for a column of the data.
    try:
        return pq.ParquetFile(pa.BufferReader(data)).read()
    except (pa.ArrowException, OSError) as error:
        got = str(error).splitlines()[0]
        raise BadInput("a complete, sound Parquet file", file=file, got=got) from error


def check_names(names: Sequence[str], file: str) -> None:
    """Refuse a file that names a column twice."""
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise BadInput("each column once", file=file, row=0, field=twice[0], got="the name twice")


_PARSERS: dict[str, Callable[[bytes, str], pa.Table]] = {
    ".csv": parse_csv,
    ".csv.gz": parse_csv,
    ".parquet": _parse_parquet,
    ".jsonl": parse_json_lines,
    ".jsonl.gz": parse_json_lines,
    ".json": parse_json_document,
    ".json.gz": parse_json_document,
}
#: File names that can be opened.
SUFFIXES = tuple(_PARSERS)
