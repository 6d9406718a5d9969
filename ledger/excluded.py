"""Money that an account leaves out, with the reason: nothing is dropped in silence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

__all__ = ["NOT_AUTHORITATIVE", "Excluded", "left_out", "with_left_out"]

#: Measured twice: the basis rule trusts another source.
NOT_AUTHORITATIVE = "not_authoritative"

_KEY = b"costcast.not_authoritative"


@dataclass(frozen=True)
class Excluded:
    """What is left out for one reason, in the unit of the measure asked for."""

    reason: str
    amount: Decimal


def with_left_out(cells: pa.Table, amounts: Mapping[str, Decimal]) -> pa.Table:
    """The cells, noting how much of each measure basis rules left out of them."""
    text = json.dumps({name: str(amount) for name, amount in amounts.items()})
    return cells.replace_schema_metadata({_KEY: text.encode()})


def left_out(cells: pa.Table, measure: str) -> list[Excluded]:
    """What basis rules left out of the cells (of all of them, also when some are filtered)."""
    text = (cells.schema.metadata or {}).get(_KEY, b"{}")
    amount = Decimal(json.loads(text).get(measure, 0))
    return [Excluded(NOT_AUTHORITATIVE, amount)] if amount else []
