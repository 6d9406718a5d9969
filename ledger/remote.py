"""Files at an address (s3://..., gs://..., file://...): list them, and fetch one.

pyarrow's own file systems know S3, Google Cloud Storage, Azure (abfs://) and HDFS, with the
credentials that the machine has for them; every other scheme is left to fsspec.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
from fsspec.core import url_to_fs
from pyarrow import fs

from ledger.problems import BadInput

__all__ = ["RemoteFile", "fetch", "is_address", "list_files", "relative_path"]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_MAGIC = re.compile(r"[*\[]")
#: A key and a password before the name of a bucket: never shown and never stored.
_SECRET = re.compile(r"(?<=://)[^/@]*:[^/@]*@")
_PART_BYTES = 1 << 22


@dataclass(frozen=True)
class RemoteFile:
    """A file of a store: `address` for people, `path` within the file system."""

    address: str
    path: str
    system: fs.FileSystem


def is_address(text: str) -> bool:
    """Whether a text is an address rather than a path.

    >>> [is_address(text) for text in ("s3://bills/2026", "in/bill.csv", "C://bills")]
    [True, False, False]
    """
    return bool(_ADDRESS.match(text))


def list_files(address: str) -> list[RemoteFile]:
    """The file at an address, all files below a folder, or those that match a glob.

    In a glob `*` matches within a name and `**` any number of folders; a question mark begins the
    options of the store, such as `?region=eu-central-1`. Raises BadInput for an address that cannot
    be read or has no file.
    """
    bare, mark, options = address.partition("?")
    magic = _MAGIC.search(bare)
    base = bare if magic is None else bare[: bare.rindex("/", 0, magic.start()) + 1]
    shown = _without_secret(bare)
    try:
        system, path = _system(base + mark + options)
        paths = list(_files(system, path))
    except (OSError, pa.ArrowException, ImportError, ValueError) as error:
        raise BadInput("an address that can be read", file=shown, got=str(error)) from error
    top, root = _without_secret(base).rstrip("/"), path.rstrip("/")
    found = [RemoteFile(top + one.removeprefix(root), one, system) for one in paths]
    if magic is not None:
        pattern = _pattern(shown)
        found = [one for one in found if pattern.fullmatch(one.address)]
    if not found:
        raise BadInput("at least one file", file=shown, got="none")
    return found


def fetch(file: RemoteFile, to: Path) -> None:
    """Copy a file to a path of this machine; raises BadInput where it cannot be read."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            file.system.open_input_stream(file.path, compression=None) as source,
            to.open("wb") as sink,
        ):
            shutil.copyfileobj(source, sink, _PART_BYTES)
    except (OSError, pa.ArrowException) as error:
        to.unlink(missing_ok=True)
        raise BadInput("a file that can be read", file=file.address, got=str(error)) from error


def _system(address: str) -> tuple[fs.FileSystem, str]:
    try:
        return fs.FileSystem.from_uri(address)
    except pa.ArrowInvalid:  # no scheme of pyarrow's
        system, path = url_to_fs(address)
        handler: Any = fs.FSSpecHandler  # its stub leaves its methods out
        return fs.PyFileSystem(handler(system)), path


def _files(system: fs.FileSystem, path: str) -> Iterator[str]:
    info = system.get_file_info(path)
    if info.type == fs.FileType.File:
        yield path
    elif info.type == fs.FileType.Directory:
        for one in system.get_file_info(fs.FileSelector(path, recursive=True)):
            if one.type == fs.FileType.File:
                yield one.path


def _without_secret(address: str) -> str:
    return _SECRET.sub("", address)


def _pattern(glob: str) -> re.Pattern[str]:
    """Regular expression of a glob over a whole address."""
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    parts = re.split(r"(\*\*/|\*\*|\*|\[[^\]]*\])", glob)
    return re.compile("".join(signs.get(part) or _literal(part) for part in parts))


def _literal(part: str) -> str:
    is_class = part.startswith("[") and part.endswith("]")
    return part.replace("[!", "[^") if is_class else re.escape(part)


def relative_path(file: RemoteFile) -> PurePosixPath:
    """The address as a relative path, so that a copy keeps what its folders say.

    Raises BadInput for a path that would lead out of the folder of copies.
    """
    path = PurePosixPath(_ADDRESS.sub("", file.address).lstrip("/"))
    if ".." in path.parts:
        raise BadInput("a path without ..", file=file.address)
    return path
