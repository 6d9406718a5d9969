"""Which files an ingest reads, in which order, under which mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from ledger.delivered import delivered_at_of
from ledger.piped import PIPED, Piped, spool
from ledger.problems import BadInput
from ledger.remote import RemoteFile, fetch, is_address, list_files, relative_path

__all__ = ["MAPPING_FILE", "Incoming", "Source", "at_hand", "incoming"]

#: A file or folder of this machine, a glob of them, an address, or a stream.
Source: TypeAlias = "Path | str | Piped"

#: A mapping of this name speaks for the files beside it and below it.
MAPPING_FILE = "mapping.toml"
#: What tools leave beside exports (.DS_Store, _SUCCESS, _delta_log): no deliveries.
_MARKS = (".", "_")
_NEVER = datetime.max.replace(tzinfo=UTC)
_MAGIC = re.compile(r"[*?\[]")
_FILE_SCHEME = "file"


@dataclass(frozen=True)
class Incoming:
    """A file to read, and the mapping that lies nearest to it within the folder walked.

    `origin` is the file of a store of which `path` will be the copy (`at_hand`), `problem` why
    there is nothing to read; `shown` is how the file is named in reports.
    """

    path: Path
    mapping: Path | None
    origin: RemoteFile | None = None
    problem: BadInput | None = None
    alias: str | None = None

    @property
    def shown(self) -> str:
        """The name of the file for people: its address where it has one."""
        return self.alias or str(self.path)


def incoming(sources: Iterable[Source], scratch: Path | None = None) -> list[Incoming]:
    """Files of the sources, in their order; of a folder or glob in order of delivery, then name.

    Files that state no time of delivery come last: they count as delivered now. A path that is not
    there is listed all the same, so that reading it can say so.

    Parameters
    ----------
    scratch
        Folder for copies of what lies elsewhere; needed for addresses and streams.
    """
    found: list[Incoming] = []
    for number, source in enumerate(sources):
        folder = None if scratch is None else scratch / str(number)
        found.extend(_of_source(source, folder))
    return found


@contextmanager
def at_hand(file: Incoming) -> Iterator[Path]:
    """The file on this machine; a copy of a remote one is there only so long.

    Raises BadInput where it cannot be had.
    """
    if file.problem is not None:
        raise file.problem
    if file.origin is None:
        yield file.path
        return
    fetch(file.origin, file.path)
    try:
        yield file.path
    finally:
        file.path.unlink(missing_ok=True)


def _of_source(source: Source, scratch: Path | None) -> list[Incoming]:
    if isinstance(source, Path):
        return _of_path(source)
    if isinstance(source, str) and not is_address(source):
        return _of_text(source)
    if isinstance(source, str) and urlsplit(source).scheme == _FILE_SCHEME:
        return _of_text(unquote(urlsplit(source).path))
    if scratch is None:
        raise ValueError(f"got {source}, wanted a folder for a copy of it")
    if isinstance(source, Piped):
        return [Incoming(spool(source, scratch), None, alias=PIPED)]
    return _of_address(source, scratch)


def _of_path(path: Path) -> list[Incoming]:
    if not path.is_dir():
        return [Incoming(path, None)]
    return [Incoming(file, _nearest_mapping(file, path)) for file in _ordered(_files_below(path))]


def _of_text(text: str) -> list[Incoming]:
    path = Path(text)
    if path.exists() or not _MAGIC.search(text):
        return _of_path(path)
    try:
        matches = list(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    except ValueError as error:  # such as a**b
        problem = BadInput("a glob such as in/**/*.csv", file=text, got=str(error))
        return [Incoming(path, None, problem=problem)]
    files = [match for match in matches if match.is_file() and match.name != MAPPING_FILE]
    if not files:
        return [Incoming(path, None, problem=BadInput("at least one file", file=text, got="none"))]
    return [Incoming(file, None) for file in _ordered(files)]


def _of_address(address: str, scratch: Path) -> list[Incoming]:
    """Files of a store, where their copies will be, below the mappings that speak for them."""
    try:
        copies = {scratch / relative_path(one): one for one in list_files(address)}
        for copy, origin in copies.items():
            if copy.name == MAPPING_FILE:
                fetch(origin, copy)
    except BadInput as problem:
        return [Incoming(scratch, None, problem=problem, alias=problem.file)]
    files = _ordered(copy for copy in copies if _is_delivery(copy.relative_to(scratch).parts))
    return [
        Incoming(copy, _nearest_mapping(copy, scratch), copies[copy], alias=copies[copy].address)
        for copy in files
    ]


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and _is_delivery(path.relative_to(folder).parts):
            yield path


def _is_delivery(parts: tuple[str, ...]) -> bool:
    hidden = any(part.startswith(_MARKS) for part in parts)
    return not hidden and parts[-1] != MAPPING_FILE


def _ordered(files: Iterable[Path]) -> list[Path]:
    return sorted(files, key=lambda file: (_time(file), str(file)))


def _nearest_mapping(file: Path, root: Path) -> Path | None:
    for folder in file.parents:
        if (folder / MAPPING_FILE).is_file():
            return folder / MAPPING_FILE
        if folder == root:
            break
    return None


def _time(path: Path) -> datetime:
    try:
        return delivered_at_of(path) or _NEVER
    except BadInput:  # reading the file will say so
        return _NEVER
