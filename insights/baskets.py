"""What was bought in a span: groups with their requests, lines with quantity and cost, exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

__all__ = ["GROUPED_BY", "Basket", "Group", "Line", "LineKey", "basket_of", "total_of", "worth"]

#: Columns of usage facts that make a group: what is bought, from whom, in which currency.
GROUPED_BY = ("provider", "model", "item", "unit", "stated_currency")
_UNIT = GROUPED_BY.index("unit")
_Key = tuple[str, ...]
#: Tier and class of tokens.
LineKey = tuple[str, str]
_ZERO = Fraction(0)


@dataclass(frozen=True)
class Line:
    """A tier's class of tokens: units, cost, cost as stated."""

    quantity: Fraction = _ZERO
    cost: Fraction = _ZERO
    stated: Fraction = _ZERO


@dataclass(frozen=True)
class Group:
    """What is bought at one place: positive units in its lines; `requests` where counted."""

    unit: str
    requests: Fraction
    lines: Mapping[LineKey, Line]

    @property
    def all(self) -> Line:
        """Sum of the lines."""
        return total_of(self.lines.values())

    def tier(self, name: str) -> dict[LineKey, Line]:
        """Lines of one tier."""
        return {key: line for key, line in self.lines.items() if key[0] == name}


def total_of(lines: Iterable[Line]) -> Line:
    """Sum of lines."""
    quantity, cost, stated = _ZERO, _ZERO, _ZERO
    for line in lines:
        quantity, cost, stated = quantity + line.quantity, cost + line.cost, stated + line.stated
    return Line(quantity, cost, stated)


@dataclass(frozen=True)
class Basket:
    """All of a span: measured groups, and money that has no quantity of its own."""

    groups: Mapping[_Key, Group] = field(default_factory=dict)
    corrections: Mapping[_Key, Fraction] = field(default_factory=dict)
    unmeasured: Mapping[_Key, Fraction] = field(default_factory=dict)

    def scaled(self, factor: Fraction) -> Basket:
        """The same shape, `factor` times as large."""
        return Basket(
            groups={
                key: Group(
                    group.unit,
                    group.requests * factor,
                    {
                        name: Line(line.quantity * factor, line.cost * factor, line.stated * factor)
                        for name, line in group.lines.items()
                    },
                )
                for key, group in self.groups.items()
            },
            corrections={key: cost * factor for key, cost in self.corrections.items()},
            unmeasured={key: cost * factor for key, cost in self.unmeasured.items()},
        )


def basket_of(rows: Iterable[Mapping[str, Any]]) -> Basket:
    """Basket of lines of usage facts (`ledger.usage_facts`), as mappings of their columns.

    A line is measured where its quantity is positive in sum; its money counts as unmeasured
    otherwise. `stated_cost` is the cost in the currency of the source where a row has it, else the
    cost itself.
    """
    sums: dict[tuple[_Key, LineKey], list[Fraction]] = defaultdict(lambda: [_ZERO] * 3)
    requests: dict[_Key, Fraction] = defaultdict(Fraction)
    corrections: dict[_Key, Fraction] = defaultdict(Fraction)
    for row in rows:
        key = tuple(str(row[name]) for name in GROUPED_BY)
        cost = Fraction(row["effective_cost"] or 0)
        if row["is_correction"]:
            corrections[key] += cost
            continue
        stated = row.get("stated_cost")
        line = sums[key, (str(row["tier"]), str(row["token_class"]))]
        line[0] += Fraction(row["quantity"] or 0)
        line[1] += cost
        line[2] += cost if stated is None else Fraction(stated)
        requests[key] += Fraction(row["requests"] or 0)
    lines: dict[_Key, dict[LineKey, Line]] = defaultdict(dict)
    unmeasured: dict[_Key, Fraction] = defaultdict(Fraction)
    for (key, name), (quantity, cost, stated) in sums.items():
        if quantity > 0:
            lines[key][name] = Line(quantity, cost, stated)
        else:
            unmeasured[key] += cost
    return Basket(
        groups={key: Group(key[_UNIT], requests[key], own) for key, own in lines.items()},
        corrections={key: cost for key, cost in corrections.items() if cost},
        unmeasured={key: cost for key, cost in unmeasured.items() if cost},
    )


def worth(basket: Basket) -> Fraction:
    """Cost of everything in a basket."""
    measured = sum((group.all.cost for group in basket.groups.values()), _ZERO)
    others = (*basket.corrections.values(), *basket.unmeasured.values())
    return measured + sum(others, _ZERO)
