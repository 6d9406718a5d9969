"""Earlier abnormal days that look like one of today: the same cause, or drivers of one shape."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from insights.driver_parts import PartName

__all__ = ["Case", "most_similar"]

#: Drivers of another cause count as alike from this cosine on: an angle of 11 degrees.
_ALIKE = 0.98


@dataclass(frozen=True)
class Case:
    """An abnormal day of a series, with its cause and the parts of its change."""

    unique_id: str
    day: date
    label: str
    parts: Mapping[PartName, Decimal]


def most_similar(
    case: Case, earlier: Iterable[Case], *, count: int = 3
) -> list[tuple[Case, float]]:
    """The most similar of the earlier days, with the cosine of their drivers, the nearest first.

    Days of the same cause come before others, and of equally similar ones the latest. Days that
    neither share the cause nor are alike are left out, and so are days from the case's own on.
    """
    found = []
    for other in earlier:
        if other.day >= case.day:
            continue
        cosine = _cosine(case.parts, other.parts)
        if cosine > 0 and (other.label == case.label or cosine >= _ALIKE):
            found.append((other, cosine))
    found.sort(
        key=lambda pair: (pair[0].label != case.label, -round(pair[1], 2), -pair[0].day.toordinal())
    )
    return found[:count]


def _cosine(one: Mapping[PartName, Decimal], other: Mapping[PartName, Decimal]) -> float:
    """Cosine of the angle between two vectors of parts; 0 where one is nothing."""
    product = sum(float(amount) * float(other.get(name, 0)) for name, amount in one.items())
    size = math.hypot(*map(float, one.values())) * math.hypot(*map(float, other.values()))
    return product / size if size else 0.0
