"""A place beside the ledger for the files of a delivery that is being read.

What a killed ingest leaves there is no part of the ledger; `ledger compact` clears it away.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlparse

from deltalake.fs import DeltaStorageHandler

from ledger.delta import NewFile
from ledger.row_files import RowFile, RowFiles

__all__ = ["clear_abandoned", "local_folder", "locked", "move_in", "staged"]

_INCOMING, _LOCK = ".incoming", ".publishing"
#: Files are sent to an object store in parts of this size.
_PART_BYTES = 1 << 23
_SECONDS_AN_HOUR = 3600


def local_folder(uri: str) -> Path | None:
    """Folder of a ledger on a disk of this machine; None where it is on an object store."""
    if uri.startswith("file://"):
        return Path(unquote(urlparse(uri).path))
    return None if "://" in uri else Path(uri)


@contextmanager
def staged(uri: str) -> Iterator[RowFiles]:
    """Files that are gone afterwards, unless `move_in` has taken them."""
    folder = local_folder(uri)
    if folder is None:
        place = Path(tempfile.mkdtemp(prefix="costcast-"))
    else:
        place = folder / _INCOMING / str(uuid.uuid4())
        place.mkdir(parents=True)
    try:
        yield RowFiles(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def locked(uri: str) -> Iterator[None]:
    """Alone on this machine with the ledger at `uri`; a killed process lets go by itself."""
    folder = local_folder(uri)
    if folder is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def move_in(uri: str, files: Sequence[RowFile], folder: str) -> list[NewFile]:
    """Put complete files into a folder of the table; they show once they are committed.

    `uri` is that of the table.
    """
    moved = []
    for file in files:
        path = f"{folder}/{file.path.name}"
        size = file.path.stat().st_size
        target = local_folder(uri)
        if target is None:
            _send(file.path, DeltaStorageHandler(uri), path)
        else:
            (target / folder).mkdir(parents=True, exist_ok=True)
            file.path.replace(target / path)
        moved.append(NewFile(path, size, file.rows))
    return moved


def clear_abandoned(uri: str, *, older_than_hours: float) -> int:
    """Remove what killed ingests left here; how many of them there were."""
    folder = local_folder(uri)
    if folder is None or not (folder / _INCOMING).is_dir():
        return 0
    before = time.time() - older_than_hours * _SECONDS_AN_HOUR
    abandoned = [
        place
        for place in (folder / _INCOMING).iterdir()
        if max(p.stat().st_mtime for p in (place, *place.rglob("*"))) <= before
    ]
    for place in abandoned:
        shutil.rmtree(place, ignore_errors=True)
    return len(abandoned)


def _send(source: Path, store: DeltaStorageHandler, path: str) -> None:
    with source.open("rb") as opened:
        sink = store.open_output_stream(path)
        while part := opened.read(_PART_BYTES):
            sink.write(part)
        sink.close()
