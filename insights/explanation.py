"""A change of cost explained: its exact parts, who and where, and the most likely cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from insights.attribution import attribute
from insights.baskets import GROUPED_BY
from insights.cause import Cause
from insights.causes import cause_of
from insights.drivers import Decomposition, decompose
from insights.evidence import Evidence, readings_of

__all__ = ["Explained", "Rows", "explain"]

#: Lines of usage facts as mappings of their columns.
Rows = Sequence[Mapping[str, Any]]
_GPU_HOURS = "GPU-hours"


@dataclass(frozen=True)
class Explained:
    """What changed and why."""

    evidence: Evidence
    cause: Cause

    @property
    def change(self) -> Decomposition:
        """The exact parts."""
        return self.evidence.change


def explain(
    before: Rows,
    after: Rows,
    *,
    days_before: int,
    days_after: int,
    expected: Decimal | None = None,
    counterpart: str | None = None,
) -> Explained:
    """Explain what was spent after by what was bought before.

    Parameters
    ----------
    days_before, days_after
        Length of the spans; their difference is a part of its own where nothing was expected.
    expected
        What was expected to be spent after; the parts then tell why it was another amount.
    counterpart
        Another model of the same team that moved the other way.
    """
    longer = Fraction(days_after, max(days_before, 1))
    change = decompose(before, after, expected=expected, days=longer if expected is None else None)
    spent = sum((Fraction(row["effective_cost"] or 0) for row in before), Fraction(0))
    is_scaled = expected is not None and expected > 0 and spent > 0
    factor = Fraction(expected or 0) / spent if is_scaled else longer
    steady, added = _machines(change, before, after, factor, (days_before, days_after))
    evidence = Evidence(
        change=change,
        readings=readings_of(before, after),
        attributions=attribute(before, after, factor=factor),
        steady_days=steady,
        added_hours=added,
        counterpart=counterpart,
        base="before" if expected is None else "expected",
    )
    return Explained(evidence, cause_of(evidence))


def _machines(
    change: Decomposition, before: Rows, after: Rows, factor: Fraction, days: tuple[int, int]
) -> tuple[float, float]:
    """Of the machines that moved most: on how many days they ran, and GPU-hours a day on top."""
    moved: dict[str, float] = {}
    for effect in change.effects:
        if effect.group and effect.group[GROUPED_BY.index("unit")] == _GPU_HOURS:
            item = effect.group[GROUPED_BY.index("item")]
            moved[item] = moved.get(item, 0.0) + float(effect.amount)
    if not moved:
        return 0.0, 0.0
    item = max(moved, key=lambda name: abs(moved[name]))
    earlier, later = (_hours(rows, item) for rows in (before, after))
    expected = sum(earlier.values()) * float(factor)
    ran = sum(hours > 0 for hours in earlier.values())
    return ran / max(days[0], 1), (sum(later.values()) - expected) / max(days[1], 1)


def _hours(rows: Rows, item: str) -> dict[date, float]:
    """GPU-hours of an item by day."""
    hours: dict[date, float] = {}
    for row in rows:
        if row["item"] == item and row["unit"] == _GPU_HOURS and row["quantity"] is not None:
            hours[row["day"]] = hours.get(row["day"], 0.0) + float(row["quantity"])
    return hours
