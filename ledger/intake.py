"""The pieces of a file through its reader, two at a time, in their order.

Reading, parsing, checking, encoding and compressing all let go of the interpreter, so that two
threads use two cores. Only a few pieces are in memory at any time, however long the file is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from ledger.problems import BadInput
from ledger.readers.contract import Reader, Reading
from ledger.readers.streaming import Piece
from ledger.row_files import RowFiles
from ledger.told import Told, take_in

__all__ = ["Taking", "take_pieces"]

_THREADS = 2
#: Pieces that wait for a thread, so that none waits for a piece.
_AHEAD = 1


@dataclass(frozen=True)
class Taking:
    """How the rows of a file are taken in, and into which files; None = they are not stored."""

    file: str
    reader: Reader
    actor_key: bytes | None
    tag_keys: Collection[str]
    files: RowFiles | None


def take_pieces(pieces: Iterator[Piece], taking: Taking) -> list[Told]:
    """Read and store the pieces of a file; what each of them told, in their order.

    Raises BadInput for the first piece that is not in order, with the row in the file.
    """
    pool = ThreadPoolExecutor(_THREADS)
    try:
        return list(_taken(pool, pieces, taking))
    finally:
        pool.shutdown(cancel_futures=True)


def _taken(pool: ThreadPoolExecutor, pieces: Iterator[Piece], taking: Taking) -> Iterator[Told]:
    storing: deque[Future[Told]] = deque()
    first_row = 1
    for number, (piece, reading) in enumerate(_read_ahead(pool, pieces, taking.reader)):
        try:
            read = reading.result()
        except BadInput:
            yield from (one.result() for one in storing)  # an earlier row may be wrong too
            taking.reader.read(piece(first_row))  # once more, to name the row in the file
            raise
        storing.append(pool.submit(_stored, read, number, first_row, taking))
        first_row += read.rows_in
        while len(storing) > _AHEAD:
            yield storing.popleft().result()
    yield from (one.result() for one in storing)


def _read_ahead(
    pool: ThreadPoolExecutor, pieces: Iterator[Piece], reader: Reader
) -> Iterator[tuple[Piece, Future[Reading]]]:
    """Each piece with what becomes of it; the next ones are begun meanwhile."""
    begun: deque[tuple[Piece, Future[Reading]]] = deque()
    for piece in pieces:
        begun.append((piece, pool.submit(_read, piece, reader)))
        if len(begun) > _THREADS:
            yield begun.popleft()
    while begun:
        yield begun.popleft()


def _read(piece: Piece, reader: Reader) -> Reading:
    """A piece by itself: where it begins in the file is known only after those before it."""
    return reader.read(piece(1))


def _stored(reading: Reading, number: int, first_row: int, taking: Taking) -> Told:
    try:
        rows, told = take_in(
            _renumbered(reading, first_row),
            taking.file,
            actor_key=taking.actor_key,
            tag_keys=taking.tag_keys,
        )
        if taking.files is not None:
            taking.files.write(rows, number)
    except BaseException:
        if taking.files is not None:
            taking.files.give_up()
        raise
    return told


def _renumbered(reading: Reading, first_row: int) -> Reading:
    if first_row == 1:
        return reading
    rows = reading.rows
    place = rows.schema.get_field_index("row_number")
    numbers = pc.add(rows["row_number"], pa.scalar(first_row - 1, pa.int64()))
    return replace(reading, rows=rows.set_column(place, rows.schema.field(place), numbers))
