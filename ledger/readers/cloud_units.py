"""Units of cloud bills: "1K", "1M Tokens", "10 Hours", "100 GB/Month"."""

from __future__ import annotations

import re

from ledger.readers.focus_units import Unit

__all__ = ["HOURS", "parse_cloud_unit"]

#: Names of hours on bills of AWS, Azure and Google, in lower case.
HOURS = frozenset({"h", "hr", "hrs", "hour", "hours", "gpu hour", "/hour"})

_THOUSANDS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
# A letter behind the number is a multiple only where no other letter follows: 1M is a million,
# 1 MB a megabyte, 1 Month a month.
_UNIT = re.compile(r"(\d+(?:,\d{3})*)\s*([kmb](?![a-z]))?\s*(.*)", re.ASCII | re.IGNORECASE)
_WORDS = {"thousand ": 10**3, "million ": 10**6}


def parse_cloud_unit(text: str) -> Unit:
    """How many of which unit one billed quantity stands for; the name in lower case.

    >>> parse_cloud_unit("1K Tokens"), parse_cloud_unit("1M"), parse_cloud_unit("Million Requests")
    (Unit(factor=1000, name='tokens'), Unit(factor=1000000, name=''), Unit(factor=1000000, \
name='requests'))
    """
    words = text.strip().lower()
    for word, factor in _WORDS.items():
        if words.startswith(word):
            return Unit(factor=factor, name=words.removeprefix(word).strip())
    found = _UNIT.fullmatch(words)
    if found is None:
        return Unit(factor=1, name=words)
    number = int(found[1].replace(",", ""))
    return Unit(factor=number * _THOUSANDS[found[2] or ""], name=found[3].strip())
