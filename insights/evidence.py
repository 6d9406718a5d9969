"""What the ledger says about a change of cost beside the money: ratios, who, where, what else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from insights.amounts import COUNTED, amount_of
from insights.attribution import Attribution
from insights.baskets import GROUPED_BY
from insights.drivers import Decomposition
from models.features.ratios import ratio_series

__all__ = ["Evidence", "Reading", "readings_of"]

_RECENT_DAYS = 7


@dataclass(frozen=True)
class Reading:
    """A ratio before and after.

    `low` and `high` are the least and greatest of the days before, `recent` is the ratio of the
    last seven of them: shapes of use drift.
    """

    before: float
    after: float
    low: float
    high: float
    recent: float

    @property
    def growth(self) -> float:
        """After over before; infinite from nothing."""
        return _over(self.after, self.before)

    @property
    def jump(self) -> float:
        """After over recent; infinite from nothing."""
        return _over(self.after, self.recent)

    @property
    def is_above(self) -> bool:
        """Whether it is higher than on every day before."""
        return self.after > self.high

    @property
    def is_below(self) -> bool:
        """Whether it is lower than on every day before."""
        return self.after < self.low


def _over(after: float, before: float) -> float:
    if before:
        return after / before
    return float("inf") if after else 1.0


@dataclass(frozen=True)
class Evidence:
    """Everything a cause is told from.

    Attributes
    ----------
    change
        The parts of the change.
    readings
        Ratios that were measured before and after.
    attributions
        Per dimension (actor, region, ...) what each value contributed, the largest first.
    steady_days
        Share of the days before on which the machines ran.
    added_hours
        GPU-hours a day more than expected.
    counterpart
        Another model of the same team whose requests moved the other way by at least half as many.
    base
        What it is compared with.
    """

    change: Decomposition
    readings: Mapping[str, Reading]
    attributions: Mapping[str, Sequence[Attribution]]
    steady_days: float = 0.0
    added_hours: float = 0.0
    counterpart: str | None = None
    base: Literal["expected", "before"] = "expected"

    @property
    def unit(self) -> str:
        """Unit of what moved most."""
        moved: dict[str, float] = defaultdict(float)
        for effect in self.change.effects:
            if effect.group:
                moved[effect.group[_UNIT]] += abs(float(effect.amount))
        return max(moved, key=lambda name: moved[name], default="(none)")

    @property
    def growth(self) -> float:
        """Volume over what was expected of it."""
        before = self.change.before
        volume = self.change.parts.get("volume", Decimal(0))
        return 1 + float(volume / before) if before > 0 else 1.0

    def reading(self, name: str) -> Reading | None:
        """A ratio, None where it was not measured."""
        return self.readings.get(name)


_UNIT = GROUPED_BY.index("unit")


def readings_of(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> dict[str, Reading]:
    """Ratios of lines of usage facts before and after, of sums; the range is that of single days.

    A ratio is left out where it was not measured on both sides.
    """
    earlier, later = _daily(before), _daily(after)
    days = ratio_series(earlier)
    latest = {name: amount[-_RECENT_DAYS:] for name, amount in earlier.items()}
    sums = [ratio_series(_total(amounts)) for amounts in (earlier, latest, later)]
    found = {}
    for name, series in days.items():
        values = series[np.isfinite(series)]
        old, recent, new = (float(side[name][0]) for side in sums)
        if len(values) and np.isfinite([old, new]).all():
            low, high = float(values.min()), float(values.max())
            found[name] = Reading(old, new, low, high, recent if np.isfinite(recent) else old)
    return found


def _daily(rows: Iterable[Mapping[str, Any]]) -> dict[str, NDArray[np.float64]]:
    """Amounts per day [T], the days with any row in order; NaN = nobody measured it."""
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    days: dict[date, None] = {}
    for row in rows:
        day = row["day"]
        days[day] = None
        quantity = row["quantity"]
        if quantity is not None:
            sums[amount_of(row["unit"], row["token_class"])][day] += float(quantity)
            if row["effective_cost"] is not None:
                sums["quantity"][day] += float(quantity)
                sums["cost"][day] += float(row["effective_cost"])
        for name in COUNTED:
            if row[name] is not None:
                sums[name][day] += float(row[name])
    order = sorted(days)
    return {
        name: np.array([own.get(day, np.nan) for day in order]) for name, own in sums.items()
    } or {"cost": np.full(len(order), np.nan)}


def _total(amounts: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Sums over the days, [1]; NaN where no day was measured."""
    return {
        name: np.array([np.nansum(series) if np.isfinite(series).any() else np.nan])
        for name, series in amounts.items()
    }
