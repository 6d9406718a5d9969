"""An export from standard input: no name tells its format, so its first bytes do."""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

__all__ = ["PIPED", "Piped", "spool"]

#: How standard input is named in reports and deliveries.
PIPED = "standard input"

_GZIP_MAGIC, _PARQUET_MAGIC = b"\x1f\x8b", b"PAR1"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_HEAD_BYTES = 1 << 20


@dataclass(frozen=True)
class Piped:
    """A stream to read to its end."""

    stream: BinaryIO


def spool(piped: Piped, folder: Path) -> Path:
    """Write a stream into a file of the folder, whose suffix says what the content is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "piped"
    with path.open("wb") as sink:
        shutil.copyfileobj(piped.stream, sink)
    named = path.with_name("piped" + _suffix(path))
    path.rename(named)
    return named


def _suffix(path: Path) -> str:
    with path.open("rb") as opened:
        magic = opened.read(len(_PARQUET_MAGIC))
    if magic == _PARQUET_MAGIC:
        return ".parquet"
    if not magic.startswith(_GZIP_MAGIC):
        with path.open("rb") as opened:
            return _text_suffix(opened.read(_HEAD_BYTES))
    try:
        with gzip.open(path) as unpacked:
            return _text_suffix(unpacked.read(_HEAD_BYTES)) + ".gz"
    except (OSError, EOFError, zlib.error):  # opening the file will say what is wrong with it
        return ".csv.gz"


def _text_suffix(head: bytes) -> str:
    """JSON Lines where the first line is a whole object and not the last one."""
    text = head.lstrip(_BLANK)
    if not text.startswith((b"{", b"[")):
        return ".csv"
    line, _, rest = text.partition(b"\n")
    return ".jsonl" if rest.strip() and _is_json(line) else ".json"


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
