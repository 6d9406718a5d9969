"""Why cost changed: price × volume × mix, class of tokens, new, retired, exchange rates. Exactly.

Quantity is requests times units per request. Groups g are what is bought from whom, with R
requests, Q units, C cost; tiers t of g with Q units, C cost; lines s of t are classes of tokens
with q units, unit price p in the stated currency and exchange rate r. 0 = before, 1 = after:

    volume      (R1 - R0) C0/R0                      of all groups of a unit
    mix         (Rg1 - Rg0 R1/R0) Cg0/Rg0            per group
    intensity   Qg1 Cg0/Qg0 - Rg1 Cg0/Rg0            per group: units per request
    tier        (Qt1 - Qt0 Qg1/Qg0) Ct0/Qt0          per tier
    token_class (qs1 - qs0 Qt1/Qt0) ps0 r0           per line
    price       (ps1 - ps0) qs1 r0                   per line
    fx          (r1 - r0) ps1 qs1                    per line

They sum to C1 - C0, and so do the parts here, to the last stored digit: they are computed as
fractions and rounded together. Where nobody counts requests, units are their own requests, and
what is left is price-volume-mix as in every finance textbook.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from insights.baskets import Basket, Group, Line, LineKey, basket_of, total_of, worth
from insights.driver_parts import PARTS, DriverPart, Effect, PartName, rounded

__all__ = ["Decomposition", "decompose"]

_Key = tuple[str, ...]
_NOTHING = Line()


@dataclass(frozen=True)
class Decomposition:
    """A change of cost and its parts, in one currency.

    Attributes
    ----------
    before, after
        What was spent, or expected, and what then was.
    effects
        Every part of every group and line; they sum to the change exactly.
    """

    before: Decimal
    after: Decimal
    effects: tuple[DriverPart, ...]

    @property
    def change(self) -> Decimal:
        """After - before."""
        return self.after - self.before

    @property
    def parts(self) -> dict[PartName, Decimal]:
        """Sum of each part that is not nothing, in the order of the formula."""
        sums: dict[PartName, Decimal] = defaultdict(Decimal)
        for effect in self.effects:
            sums[effect.part] += effect.amount
        return {name: sums[name] for name in PARTS if sums[name]}

    def share(self, *names: PartName) -> float:
        """What these parts are of the change; 1 = all of it, negative = against it."""
        parts = self.parts
        own = sum((parts.get(name, Decimal(0)) for name in names), Decimal(0))
        return float(own / self.change) if self.change else 0.0


def decompose(
    before: Iterable[Mapping[str, object]] | Basket,
    after: Iterable[Mapping[str, object]] | Basket,
    *,
    expected: Decimal | None = None,
    days: Fraction | None = None,
) -> Decomposition:
    """Parts of the change of cost between two baskets, or lists of lines of usage facts.

    Parameters
    ----------
    expected
        What was expected after: everything before is scaled to cost that much, so that the change
        is the one against what was expected, in the shape of before. Ignored where nothing was
        spent before.
    days
        Length of after over the length of before: the calendar's part is then told apart.
    """
    old, new = (side if isinstance(side, Basket) else basket_of(side) for side in (before, after))
    start = worth(old)
    effects: list[Effect] = []
    if expected is not None and start > 0 and expected > 0:
        old = old.scaled(Fraction(expected) / start)
        start = Fraction(expected)
    elif expected is not None:
        # Nothing to scale: what was expected is beyond what the shape of before tells.
        effects.append(Effect("unmeasured", (), start - Fraction(expected)))
        start = Fraction(expected)
    elif days is not None:
        old = old.scaled(days)
        effects.append(Effect("days", (), worth(old) - start))
    effects += _effects(old, new)
    return Decomposition(
        before=_exact(start), after=_exact(worth(new)), effects=rounded(effects, worth(new) - start)
    )


def _effects(old: Basket, new: Basket) -> list[Effect]:
    effects = [
        *_moved("correction", old.corrections, new.corrections),
        *_moved("unmeasured", old.unmeasured, new.unmeasured),
    ]
    families: dict[tuple[str, bool], list[_Key]] = defaultdict(list)
    for key in sorted({*old.groups, *new.groups}):
        first, then = old.groups.get(key), new.groups.get(key)
        if first is not None and then is not None:
            counted = bool(first.requests and then.requests)
            families[first.unit, counted].append(key)
        elif then is not None:
            effects.append(Effect("new", key, then.all.cost))
        elif first is not None:
            effects.append(Effect("retired", key, -first.all.cost))
    for (_, counted), keys in families.items():
        effects += _family(old, new, keys, counted)
    return effects


def _moved(
    part: PartName, old: Mapping[_Key, Fraction], new: Mapping[_Key, Fraction]
) -> Iterator[Effect]:
    """Change of money that has no quantity."""
    for key in sorted({*old, *new}):
        yield Effect(part, key, new.get(key, Fraction(0)) - old.get(key, Fraction(0)))


def _family(old: Basket, new: Basket, keys: Sequence[_Key], counted: bool) -> list[Effect]:
    """Volume and mix of groups with one unit, and what happened within each."""
    pairs = [(key, old.groups[key], new.groups[key]) for key in keys]
    growth = sum((_calls(then, counted) for _, _, then in pairs), Fraction(0)) / sum(
        (_calls(first, counted) for _, first, _ in pairs), Fraction(0)
    )
    effects = []
    for key, first, then in pairs:
        calls0, calls1 = _calls(first, counted), _calls(then, counted)
        whole, later = first.all, then.all
        per_call, per_unit = whole.cost / calls0, whole.cost / whole.quantity
        effects += [
            Effect("volume", key, (growth - 1) * whole.cost),
            Effect("mix", key, (calls1 - calls0 * growth) * per_call),
            Effect("intensity", key, later.quantity * per_unit - calls1 * per_call),
            *_within(key, first, then),
        ]
    return effects


def _calls(group: Group, counted: bool) -> Fraction:
    return group.requests if counted and group.requests else group.all.quantity


def _within(key: _Key, first: Group, then: Group) -> Iterator[Effect]:
    """Tiers, classes, prices and rates of a group's lines."""
    whole, later = first.all, then.all
    growth, rate = later.quantity / whole.quantity, _rate(whole, Fraction(1))
    for tier in sorted({name for name, _ in (*first.lines, *then.lines)}):
        old, new = first.tier(tier), then.tier(tier)
        was, now = total_of(old.values()), total_of(new.values())
        # What was not there before had no price: its coming is a matter of tiers or classes only.
        per_unit = was.cost / was.quantity if was.quantity else now.stated * rate / now.quantity
        yield Effect("tier", key, (now.quantity - was.quantity * growth) * per_unit, tier)
        own_growth = now.quantity / was.quantity if was.quantity else None
        for name in sorted({*old, *new}):
            yield from _of_line(
                key, name, (old.get(name, _NOTHING), new.get(name, _NOTHING)), rate, own_growth
            )


def _of_line(
    key: _Key, name: LineKey, lines: tuple[Line, Line], rate: Fraction, growth: Fraction | None
) -> Iterator[Effect]:
    """Class, price and rate of a line; `growth` of its tier, None where that is new."""
    old, new = lines
    at_old_rate = new.stated * _rate(old, rate)
    old_price = old.cost / old.quantity if old.quantity else at_old_rate / new.quantity
    if growth is not None:
        yield Effect("token_class", key, (new.quantity - old.quantity * growth) * old_price, *name)
    yield Effect("price", key, at_old_rate - old_price * new.quantity, *name)
    yield Effect("fx", key, new.cost - at_old_rate, *name)


def _rate(line: Line, otherwise: Fraction) -> Fraction:
    """Cost per cost as stated."""
    return line.cost / line.stated if line.stated else otherwise


def _exact(value: Fraction) -> Decimal:
    whole = rounded([Effect("volume", (), value)], value)
    return whole[0].amount if whole else Decimal(0)
