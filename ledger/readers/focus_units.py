"""FOCUS units: "1000 Tokens" is a quantity of thousand tokens each."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Unit", "parse_unit"]

# FOCUS, "unit format": an optional whole number, then the unit.
_UNIT = re.compile(r"(?:(\d+)\s+)?(.+)", re.ASCII)


@dataclass(frozen=True)
class Unit:
    """A unit in lower case and how many of it one counted quantity stands for."""

    factor: int
    name: str


def parse_unit(text: str) -> Unit:
    """Unit of a text such as "Hours" or "1000 Tokens".

    >>> parse_unit("1000 Tokens")
    Unit(factor=1000, name='tokens')
    """
    found = _UNIT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"got {text!r}, wanted a unit such as '1000 Tokens'")
    return Unit(factor=int(found[1] or 1), name=found[2].strip().lower())
