"""Where a block of comma-separated values can be cut: behind a whole row.

A line end inside quotes ends no row. Quotes are counted: behind an even number of them a line end
stands outside, as long as every quote opens a value, closes one, or is half of a doubled one
(RFC 4180). Some exports write a single quote inside a plain value (`19" rack`); `well_quoted` finds
these, and such a file is not cut.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["end_of_rows", "well_quoted"]

_Signs: TypeAlias = NDArray[np.uint8]
_QUOTE, _LINE_END = ord('"'), ord("\n")
_BEFORE = _AFTER = np.frombuffer(b',"\r\n', np.uint8)


def end_of_rows(data: bytes) -> int:
    r"""End of the last whole row of a block that begins with a row; 0 where none ends.

    >>> end_of_rows(b'a,b\n1,"x\ny"\n2,"z\n')
    12
    """
    signs = np.frombuffer(data, np.uint8)
    end = data.rfind(b"\n") + 1
    inside = _quotes(signs[:end]) % 2
    while end and inside:
        earlier = data.rfind(b"\n", 0, end - 1) + 1
        inside = (inside + _quotes(signs[earlier:end])) % 2
        end = earlier
    return end


def well_quoted(data: bytes) -> bool:
    """Whether every quote of these rows stands where RFC 4180 allows one.

    >>> [well_quoted(row) for row in (b'1,"a ""b"" c"', b'1,19" rack', b'1,"a" b', b'1,"a')]
    [True, False, False, False]
    """
    signs = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(signs == _QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    if len(opening) and not opening[0]:
        opening = opening[1:]
    if len(closing) and closing[-1] == len(signs) - 1:
        closing = closing[:-1]
    return _only(signs[opening - 1], _BEFORE) and _only(signs[closing + 1], _AFTER)


def _quotes(signs: _Signs) -> int:
    return int(np.count_nonzero(signs == _QUOTE))


def _only(signs: _Signs, allowed: _Signs) -> bool:
    return bool(np.isin(signs, allowed).all())
