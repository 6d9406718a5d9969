"""How much of the spend has an owner: the share allocated, a measure of the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.groups import sum_by
from ledger.money import EXACT
from ledger.schema import MONEY
from ledger.series import UNALLOCATED

__all__ = ["Coverage", "coverage"]


@dataclass(frozen=True)
class Coverage:
    """The allocated part of the money of a group (empty = of everything).

    `allocated` and `unallocated` are net sums. `share` is the allocated share of the cells'
    amounts without their signs, so that a credit does not hide spend without an owner; None = no
    money.
    """

    group: Mapping[str, str]
    currency: str
    allocated: Decimal
    unallocated: Decimal
    share: Decimal | None


#: Digits of a share: a hundredth of a per cent.
_SHARE = Decimal("0.0001")


def coverage(
    cells: pa.Table, *, measure: str = "effective_cost", by: Sequence[str] = ()
) -> list[Coverage]:
    """Coverage of the cost cells, per group of the text columns `by`, sorted by group.

    The amounts are in the currency of the cells; what a basis rule left out is in none of them.
    """
    table = cells.select([*by, "currency"]).append_column("amount", cells[measure])
    table = table.append_column("size", pc.abs(cells[measure]).cast(MONEY))
    is_owned = pc.not_equal(cells["team"], pa.scalar(UNALLOCATED))
    table = table.append_column("is_owned", is_owned)
    sums: dict[tuple[str, ...], dict[bool, tuple[Decimal, Decimal]]] = {}
    for line in sum_by(table, [*by, "currency", "is_owned"], ["amount", "size"]).to_pylist():
        key = tuple(line[name] for name in (*by, "currency"))
        money = (line["amount"] or Decimal(0), line["size"] or Decimal(0))
        sums.setdefault(key, {})[line["is_owned"]] = money
    return [
        _coverage(dict(zip(by, key, strict=False)), key[-1], parts)
        for key, parts in sorted(sums.items())
    ]


def _coverage(
    group: Mapping[str, str], currency: str, parts: Mapping[bool, tuple[Decimal, Decimal]]
) -> Coverage:
    """Coverage from net sum and size of what is owned (True) and what is not."""
    nothing = (Decimal(0), Decimal(0))
    allocated, part = parts.get(True, nothing)
    unallocated, rest = parts.get(False, nothing)
    whole = EXACT.add(part, rest)
    share = EXACT.divide(part, whole).quantize(_SHARE) if whole else None
    return Coverage(group, currency, allocated, unallocated, share)
