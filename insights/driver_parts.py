"""The parts of a change of cost, as exact fractions and as money that sums to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from ledger.money import EXACT, QUANTUM
from ledger.schema import MONEY_SCALE

__all__ = ["PARTS", "PART_WORDS", "DriverPart", "Effect", "PartName", "rounded"]

PartName = Literal[
    "days",
    "volume",
    "mix",
    "intensity",
    "tier",
    "token_class",
    "price",
    "fx",
    "new",
    "retired",
    "correction",
    "unmeasured",
]
#: In the order in which they are told. `unmeasured` is money without a quantity.
PARTS: tuple[PartName, ...] = get_args(PartName)
#: What each part is, for people.
PART_WORDS: dict[str, str] = {
    "days": "days in the span",
    "volume": "volume",
    "mix": "mix of models and machines",
    "intensity": "tokens per request",
    "tier": "tier",
    "token_class": "classes of tokens",
    "price": "price",
    "fx": "exchange rate",
    "new": "new",
    "retired": "no longer used",
    "correction": "corrections",
    "unmeasured": "without a quantity",
}
_UNITS = 10**MONEY_SCALE


@dataclass(frozen=True)
class Effect:
    """A part of a change: of a group of what is bought, a tier, a class of tokens ("" = all)."""

    part: PartName
    group: tuple[str, ...]
    amount: Fraction
    tier: str = ""
    token_class: str = ""


@dataclass(frozen=True)
class DriverPart:
    """The same in money."""

    part: PartName
    group: tuple[str, ...]
    amount: Decimal
    tier: str = ""
    token_class: str = ""


def rounded(effects: Sequence[Effect], total: Fraction) -> tuple[DriverPart, ...]:
    """The effects to the last stored digit, summing to the rounded total; nothings are left out.

    Each is rounded down and the largest remainders are rounded up, so that none is off by more
    than one digit of the last place.

    >>> third = Fraction(1, 3)
    >>> parts = rounded([Effect("volume", (), third), Effect("price", (), 2 * third)], Fraction(1))
    >>> [str(part.amount) for part in parts]
    ['0.333333333333', '0.666666666667']
    """
    floors = [_floor(effect.amount) for effect in effects]
    left = round(total * _UNITS) - sum(floors)
    order = sorted(
        range(len(effects)), key=lambda at: (floors[at] - effects[at].amount * _UNITS, at)
    )
    for at in order[:left]:
        floors[at] += 1
    return tuple(
        DriverPart(effect.part, effect.group, _money(units), effect.tier, effect.token_class)
        for effect, units in zip(effects, floors, strict=True)
        if units
    )


def _floor(amount: Fraction) -> int:
    return int(amount.numerator * _UNITS // amount.denominator)


def _money(units: int) -> Decimal:
    return EXACT.multiply(Decimal(units), QUANTUM)
