"""What series used beside what they cost: the evidence that a strange cost is a strange use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["AMOUNTS", "Usage"]

#: Amounts that ratios are made of (`models.features.ratios`). `cost` and `quantity` are of lines
#: that have both; `quantity` is in tokens or in GPU-hours.
AMOUNTS = (
    "cost",
    "quantity",
    "requests",
    "failed_requests",
    "input",
    "cache_read",
    "cache_write",
    "output",
    "gpu_hours",
    "busy_hours",
)


@dataclass(frozen=True)
class Usage:
    """Usage of N series on T days, aligned with their panel of cost.

    Parameters
    ----------
    amounts
        [N, T] each, by name among `AMOUNTS`; NaN = not measured, and so is a name that is absent.
    run_gpu_hours, run_cost
        [N, T] of the largest run of a day, each its own largest; NaN = no run is known. A run is a
        resource that came into use lately: jobs come and go, endpoints and buckets stay. `run_cost`
        is in the unit of the panel.
    """

    amounts: Mapping[str, NDArray[np.float64]]
    run_gpu_hours: NDArray[np.float64]
    run_cost: NDArray[np.float64]

    def __post_init__(self) -> None:
        unknown = set(self.amounts) - set(AMOUNTS)
        if unknown:
            raise ValueError(f"got amounts {sorted(unknown)}, wanted some of {', '.join(AMOUNTS)}")
        for name, amount in {"run_gpu_hours": self.run_gpu_hours, **self.amounts}.items():
            if amount.shape != self.shape:
                raise ValueError(
                    f"{name} has shape {amount.shape}, wanted {self.shape} of run_cost"
                )

    @property
    def shape(self) -> tuple[int, ...]:
        """Series and days."""
        return self.run_cost.shape

    def take(self, rows: NDArray[np.intp]) -> Usage:
        """Usage of these series."""
        amounts = {name: amount[rows] for name, amount in self.amounts.items()}
        return Usage(amounts, self.run_gpu_hours[rows], self.run_cost[rows])
