"""Which files an ingest reads, in which order, under which mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ledger.delivered import delivered_at_of
from ledger.problems import BadInput

__all__ = ["MAPPING_FILE", "Incoming", "incoming"]

#: A mapping of this name speaks for the files beside it and below it.
MAPPING_FILE = "mapping.toml"
#: What tools leave beside exports (.DS_Store, _SUCCESS, _delta_log): no deliveries.
_MARKS = (".", "_")
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Incoming:
    """A file to read, and the mapping that lies nearest to it within the folder walked."""

    path: Path
    mapping: Path | None


def incoming(paths: Iterable[Path]) -> list[Incoming]:
    """Files of the paths, in their order; of a folder in order of delivery, then of name.

    Files that state no time of delivery come last: they count as delivered now. A path that is not
    there is listed all the same, so that reading it can say so.
    """
    found: list[Incoming] = []
    for path in paths:
        if path.is_dir():
            files = sorted(_files_below(path), key=lambda file: (_time(file), str(file)))
            found.extend(Incoming(file, _nearest_mapping(file, path)) for file in files)
        else:
            found.append(Incoming(path, None))
    return found


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(_MARKS) for part in parts)
        if path.is_file() and not hidden and path.name != MAPPING_FILE:
            yield path


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
