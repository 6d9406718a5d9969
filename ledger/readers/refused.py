"""Formats that are known and must not be read, each with the reason and the better export."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RefusedFormat"]


@dataclass(frozen=True)
class RefusedFormat:
    """A format that would give wrong sums; a module of this package declares it as `REFUSED`.

    `required` are the columns by which a file is known to be of it, `why` says what is wrong with
    it, `wanted` what to export instead.
    """

    name: str
    required: frozenset[str]
    why: str
    wanted: str
