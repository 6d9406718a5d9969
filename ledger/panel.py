"""A panel: series over time as arrays, with what is observed and what is merely absent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ledger.series import SeriesKey

__all__ = ["Frequency", "Panel"]

Frequency = Literal["D", "h"]

_COST_VIEWS: dict[str, Literal["accrual", "cash"]] = {
    "effective_cost": "accrual",
    "unexplained_cost": "accrual",
    "billed_cost": "cash",
}


@dataclass(frozen=True)
class Panel:
    """N series over T consecutive periods.

    Parameters
    ----------
    measure
        What is counted, a column of the view ("effective_cost", "gpu_hours").
    currency
        ISO 4217 code where the measure is money, else None.
    frequency
        Length of a period: "D" or "h"; periods are UTC and half-open.
    keys
        [N] identity of each series, all with the same dimensions.
    periods
        [T] start of each period, datetime64 of the frequency's unit, consecutive.
    value
        [N, T] the measure; NaN exactly where not observed.
    observed
        [N, T] whether the period was covered by a delivery: covered without a row is an observed
        zero, not covered is missing.
    completeness
        [N, T] share of the final amount that has arrived; NaN = not measured.
    known_at
        T of the view the panel was made from: nothing delivered later is in it.
    charge_categories
        Kinds of charges that count: usage is demand, the others are what accounts know besides.
    """

    measure: str
    currency: str | None
    frequency: Frequency
    keys: tuple[SeriesKey, ...]
    periods: NDArray[np.datetime64]
    value: NDArray[np.float64]
    observed: NDArray[np.bool_]
    completeness: NDArray[np.float64]
    known_at: np.datetime64
    charge_categories: tuple[str, ...] = ("usage",)

    def __post_init__(self) -> None:
        shape = (len(self.keys), len(self.periods))
        for name in ("value", "observed", "completeness"):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, wanted {shape}")
        if len({key.dimensions for key in self.keys}) > 1 or len(set(self.keys)) != len(self.keys):
            raise ValueError("the series of a panel need distinct keys of the same dimensions")
        if self.periods.dtype != np.dtype(f"datetime64[{self.frequency}]"):
            raise ValueError(f"periods are {self.periods.dtype}, wanted unit {self.frequency}")
        if not (np.diff(self.periods.astype(np.int64)) == 1).all():
            raise ValueError("the periods of a panel are consecutive")
        if not np.array_equal(self.observed, np.isfinite(self.value)):
            raise ValueError("value is finite exactly where observed")

    @property
    def unique_ids(self) -> tuple[str, ...]:
        """[N] text form of the keys."""
        return tuple(key.unique_id for key in self.keys)

    @property
    def cost_view(self) -> Literal["accrual", "cash"] | None:
        """Which view of the accounts the money is of; None where the measure is no cost.

        Accrual = what the use of a period cost; cash = what was invoiced for it. A panel holds
        one measure, so the two are never mixed within a series.
        """
        return _COST_VIEWS.get(self.measure)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything a fit can see; equal panels have equal fingerprints."""
        digest = hashlib.sha256(repr((self.measure, self.currency, self.frequency)).encode())
        digest.update("\n".join(self.unique_ids).encode())
        for array in (self.periods.astype(np.int64), self.value, self.completeness):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def until(self, end: np.datetime64) -> Panel:
        """The panel without the periods that start at `end` or later."""
        stop = int(np.searchsorted(self.periods, end))
        return self._cut(slice(0, stop))

    def since(self, start: np.datetime64) -> Panel:
        """The panel without the periods that start before `start`."""
        return self._cut(slice(int(np.searchsorted(self.periods, start)), None))

    def take(self, rows: NDArray[np.intp]) -> Panel:
        """The panel of these series, in this order."""
        return replace(
            self,
            keys=tuple(self.keys[row] for row in rows),
            value=self.value[rows],
            observed=self.observed[rows],
            completeness=self.completeness[rows],
        )

    def _cut(self, columns: slice) -> Panel:
        return replace(
            self,
            periods=self.periods[columns],
            value=self.value[:, columns],
            observed=self.observed[:, columns],
            completeness=self.completeness[:, columns],
        )
