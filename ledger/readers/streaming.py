"""Open a long file in pieces, so that its size does not matter; a short one as a whole.

A piece is read when it is called with the number of its first row, in any thread. Its columns are
those that the reader takes, repeating text dictionary-encoded.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ledger.problems import BadInput
from ledger.readers.comma_separated import header_names, parse_rows
from ledger.readers.contract import RawTable
from ledger.readers.decoded import without_mark
from ledger.readers.opening import check_names, open_table
from ledger.readers.row_ends import end_of_rows, well_quoted
from ledger.readers.unpacking import check_unpacked

__all__ = ["NotInPieces", "Opened", "Piece", "open_file", "open_whole"]

#: Reads the rows of a piece, which begin with the given row of the file.
Piece: TypeAlias = Callable[[int], RawTable]

#: Files from this size on come in pieces.
LONG_BYTES = 1 << 24
#: Bytes of text, and rows of Parquet, of a piece: about 100,000 rows of a bill.
PIECE_BYTES, PIECE_ROWS = 1 << 26, 1 << 17
#: Rows by which it is judged whether the values of a column repeat.
_SAMPLE_BYTES = 1 << 21
_REPEATS = 4  # times that a value of an encoded column is there, or more
_GZIP_MAGIC, _PARQUET_MAGIC = b"\x1f\x8b", b"PAR1"


class NotInPieces(Exception):  # noqa: N818 (no error: the caller reads the file as a whole)
    """The rows of this file cannot be told apart without reading all of it."""


@dataclass(frozen=True)
class Opened:
    """A file, its column names, and its pieces in their order for the columns asked for."""

    file: str
    names: frozenset[str]
    pieces: Callable[[Collection[str]], Iterator[Piece]]
    is_long: bool = False


def open_file(path: Path, *, long_bytes: int | None = None) -> Opened:
    """Open a file; raises BadInput as `open_table` does, for a long one also while it is read.

    Parameters
    ----------
    long_bytes
        From which size on a file comes in pieces (`LONG_BYTES`).
    """
    least = LONG_BYTES if long_bytes is None else long_bytes
    opener = _opener(path, least)
    return open_whole(path) if opener is None else opener(path)


def _opener(path: Path, least: int) -> Callable[[Path], Opened] | None:
    """What opens a file in pieces; None where it is short, or its name and content disagree."""
    name = path.name.lower()
    try:
        if path.stat().st_size < least:
            return None
        with path.open("rb") as opened:
            magic = opened.read(len(_PARQUET_MAGIC))
    except OSError:
        return None
    is_gzip = magic.startswith(_GZIP_MAGIC)
    if name.endswith(".parquet"):
        return _parquet if magic == _PARQUET_MAGIC else None
    if name.endswith(".csv"):
        return None if is_gzip or magic == _PARQUET_MAGIC else _text
    return _text if name.endswith(".csv.gz") and is_gzip else None


def open_whole(path: Path) -> Opened:
    """Open a file as one piece, with all its columns as `open_table` gives them."""
    raw = open_table(path)
    return Opened(raw.file, raw.names, lambda _columns: iter([lambda _first_row: raw]))


def _parquet(path: Path) -> Opened:
    file = str(path)
    with _sound_parquet(file), path.open("rb") as source, pq.ParquetFile(source) as opened:
        schema = opened.schema_arrow
    check_names(schema.names, file)
    names = frozenset(schema.names)
    texts = [field.name for field in schema if pa.types.is_string(field.type)]

    def pieces(columns: Collection[str]) -> Iterator[Piece]:
        # From an open file: given a path, pyarrow would take `delivered=.../` for a column.
        with (
            _sound_parquet(file),
            path.open("rb") as source,
            pq.ParquetFile(source, read_dictionary=texts) as opened,
        ):
            wanted = [name for name in schema.names if name in columns]
            for batch in opened.iter_batches(PIECE_ROWS, columns=wanted, use_threads=False):
                yield _read_already(pa.Table.from_batches([batch]), file, names)

    return Opened(file, names, pieces, is_long=True)


def _read_already(table: pa.Table, file: str, names: frozenset[str]) -> Piece:
    return lambda first_row: RawTable(file, table, first_row, names)


class _sound_parquet:  # noqa: N801 (used as a context manager, reads as a phrase)
    """What pyarrow says of a damaged file, as BadInput."""

    def __init__(self, file: str) -> None:
        self._file = file

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, pa.ArrowException | OSError):
            got = str(error).splitlines()[0]
            wanted = "a complete, sound Parquet file"
            raise BadInput(wanted, file=self._file, got=got) from error


def _text(path: Path) -> Opened:
    file = str(path)
    first = next(_blocks(path))
    sample = first[: end_of_rows(first[:_SAMPLE_BYTES]) or len(first)]
    sample = without_mark(sample, file, header=True)
    names = header_names(sample, file)
    check_names(names, file)

    def pieces(columns: Collection[str]) -> Iterator[Piece]:
        if not well_quoted(sample):
            raise NotInPieces
        encoded = _repeating(parse_rows(sample, file, names, header=True))
        for number, block in enumerate(_blocks(path)):
            yield _TextPiece(block, file, names, number == 0, frozenset(columns), encoded)

    return Opened(file, frozenset(names), pieces, is_long=True)


@dataclass(frozen=True)
class _TextPiece:
    data: bytes
    file: str
    names: list[str]
    header: bool
    columns: frozenset[str]
    encoded: frozenset[str]

    def __call__(self, first_row: int) -> RawTable:
        data = without_mark(self.data, self.file, header=self.header, first_row=first_row)
        if not well_quoted(data):
            raise NotInPieces
        table = parse_rows(
            data,
            self.file,
            self.names,
            header=self.header,
            first_row=first_row,
            columns=self.columns,
            encoded=self.encoded,
        )
        return RawTable(self.file, table, first_row, frozenset(self.names))


def _blocks(path: Path) -> Iterator[bytes]:
    """The file's text in blocks of whole rows."""
    rest = b""
    with _opened_text(path) as source:
        unpacked = 0
        while True:
            read = _read(source, path)
            if not read:
                break
            unpacked += len(read)
            check_unpacked(unpacked, path.stat().st_size, str(path))
            data = rest + read
            end = end_of_rows(data)
            if end:
                yield data[:end]
            rest = data[end:]
    if rest:
        yield rest


def _opened_text(path: Path) -> BinaryIO:
    is_gzip = path.suffix.lower() == ".gz"
    return cast(BinaryIO, gzip.GzipFile(path)) if is_gzip else path.open("rb")


def _read(source: BinaryIO, path: Path) -> bytes:
    try:
        return source.read(PIECE_BYTES)
    except EOFError as error:
        raise BadInput("a complete gzip file", file=str(path), got="a truncated one") from error
    except (OSError, zlib.error) as error:
        raise BadInput("a sound file", file=str(path), got=str(error)) from error


def _repeating(sample: pa.Table) -> frozenset[str]:
    """Columns whose values repeat."""
    return frozenset(
        name
        for name in sample.column_names
        if pc.count_distinct(sample[name]).as_py() * _REPEATS <= sample.num_rows
    )
