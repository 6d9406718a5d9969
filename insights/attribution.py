"""Who and where a change of cost came from: its parts by key, region, use case, account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ledger.money import EXACT, QUANTUM
from ledger.series import NONE

__all__ = ["DIMENSIONS", "Attribution", "attribute"]

#: Columns of usage facts by which a change is told apart.
DIMENSIONS = (
    "team",
    "model",
    "provider",
    "use_case",
    "environment",
    "region",
    "account",
    "sub_account",
    "actor",
    "item",
    "tier",
    "token_class",
)


@dataclass(frozen=True)
class Attribution:
    """One value of a dimension: its cost before (or expected) and after."""

    dimension: str
    value: str
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """After - before."""
        return self.after - self.before

    @property
    def is_new(self) -> bool:
        """Whether nothing was spent on it before."""
        return not self.before and bool(self.after)


def attribute(
    before: Iterable[Mapping[str, Any]],
    after: Iterable[Mapping[str, Any]],
    *,
    factor: Fraction = Fraction(1),
) -> dict[str, tuple[Attribution, ...]]:
    """What each value of each dimension contributed, the largest change first.

    A dimension is left out where it tells nothing apart. `factor` scales what was before; its
    rounding is to the last stored digit.
    """
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 2)
    for side, rows in enumerate((before, after)):
        for row in rows:
            cost = row["effective_cost"]
            if cost is not None:
                for dimension in DIMENSIONS:
                    entry = sums[dimension, str(row[dimension])]
                    entry[side] = EXACT.add(entry[side], cost)
    found: dict[str, list[Attribution]] = defaultdict(list)
    for (dimension, value), (old, new) in sums.items():
        found[dimension].append(Attribution(dimension, value, _times(old, factor), new))
    return {
        dimension: tuple(sorted(own, key=lambda one: (-abs(one.change), one.value)))
        for dimension, own in found.items()
        if {one.value for one in own} != {NONE} and len(own) > 1
    }


def _times(amount: Decimal, factor: Fraction) -> Decimal:
    if factor == 1:
        return amount
    exact = EXACT.divide(
        EXACT.multiply(amount, Decimal(factor.numerator)), Decimal(factor.denominator)
    )
    return exact.quantize(QUANTUM, context=EXACT)
