"""Exact money: splits whose parts sum to the whole, to the last stored digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

from ledger.schema import MONEY_SCALE

__all__ = ["EXACT", "QUANTUM", "split"]

#: Smallest stored amount.
QUANTUM = Decimal(1).scaleb(-MONEY_SCALE)
#: Arithmetic wide enough for decimal128(38, 12) sums; the default context rounds at 28 digits.
EXACT = Context(prec=60)


def split(amount: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """Parts of `amount` in proportion to `shares`, by the method of the largest remainder.

    Every part is a multiple of `QUANTUM`; the parts sum to `amount` exactly. Shares must be
    non-negative with a positive sum; ties go to the earlier share.

    >>> [str(part) for part in split(Decimal("0.000000000002"), [Decimal(1), Decimal(2)])]
    ['1E-12', '1E-12']
    """
    if not shares or min(shares) < 0 or sum(shares) <= 0:
        raise ValueError(f"got shares {list(map(str, shares))}, wanted non-negative, sum positive")
    units = int(EXACT.divide(amount, QUANTUM).to_integral_exact())
    if EXACT.multiply(Decimal(units), QUANTUM) != amount:
        raise ValueError(f"got {amount}, wanted at most {MONEY_SCALE} digits behind the point")
    total = sum(shares, Decimal(0))
    sign, size = (-1, -units) if units < 0 else (1, units)
    exact = [EXACT.divide(EXACT.multiply(Decimal(size), share), total) for share in shares]
    floors = [int(part) for part in exact]
    left = size - sum(floors)
    order = sorted(range(len(shares)), key=lambda i: (floors[i] - exact[i], i))
    for i in order[:left]:
        floors[i] += 1
    return [EXACT.multiply(Decimal(sign * part), QUANTUM) for part in floors]
