"""Gzip files, unpacked up to a stated limit: a small file must not fill the memory."""

from __future__ import annotations

import gzip
import io
import zlib

from ledger.problems import BadInput

__all__ = ["FREE_BYTES", "LARGEST_RATIO", "check_unpacked", "unpack"]

#: Up to here a file may unpack whatever its size.
FREE_BYTES = 256 << 20
#: Beyond that it may unpack to so many times its size. Bills compress about 20 times, the most
#: repetitive logs 60 times; what is made to harm reaches the 1,032 of deflate.
LARGEST_RATIO = 100

_PART_BYTES = 1 << 24


def unpack(packed: bytes, file: str) -> bytes:
    """The content of a gzip file; raises BadInput for one that is damaged or beyond the limit."""
    parts = []
    done = 0
    try:
        with gzip.open(io.BytesIO(packed)) as opened:
            while part := opened.read(_PART_BYTES):
                done += len(part)
                check_unpacked(done, len(packed), file)
                parts.append(part)
    except EOFError as error:
        raise BadInput("a complete gzip file", file=file, got="a truncated one") from error
    except (OSError, zlib.error) as error:
        raise BadInput("a sound gzip file", file=file, got=str(error)) from error
    return b"".join(parts)


def check_unpacked(unpacked: int, packed: int, file: str) -> None:
    """Raise BadInput where a file of `packed` bytes has given more than the limit lets it."""
    if unpacked > max(FREE_BYTES, LARGEST_RATIO * packed):
        raise BadInput(
            f"a gzip file that unpacks to at most {FREE_BYTES >> 20} MiB or {LARGEST_RATIO} times "
            f"its size; if it is sound, deliver it unpacked or in parts",
            file=file,
            got=f"more than {unpacked >> 20} MiB from {packed:,} bytes",
        )
