"""Kinds of charges in the words of a cloud to those of FOCUS, with a word on the unknown ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa

from ledger.readers.fields import Column, Field

__all__ = ["charge_categories"]

#: What a kind of charge that nobody has described yet is booked as: money, but no demand.
_UNKNOWN = "adjustment"


def charge_categories(field: Field, known: Mapping[str, str]) -> tuple[Column, tuple[str, ...]]:
    """Charge category of each row, and a note on the kinds that are not `known` (lower case).

    A bill is not refused for a new kind of charge: its money is kept, out of the demand.
    """
    field = field.required()
    categories = field.map_distinct(
        lambda text: known.get(text.lower(), _UNKNOWN), pa.string(), wanted="a kind of charge"
    )
    counted = Counter(map(str, field.text().to_pylist()))
    unknown = {name: count for name, count in counted.items() if name.lower() not in known}
    notes = tuple(
        f"{count:,} rows of the unknown {field.name} {name!r} are booked as {_UNKNOWN}"
        for name, count in sorted(unknown.items())
    )
    return categories, notes
