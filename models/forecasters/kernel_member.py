"""A member whose mathematics is a compiled kernel."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member

__all__ = ["KernelMember"]


class KernelMember(Member):
    """Member that fills an array; `models.kernels.member_forecasts` runs all of them at once."""

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        out = np.empty(h)
        # one type of array for the compiler: writable and in one piece
        return out if self._fill(np.require(y, np.float64, ["C", "W"]), out) else None

    def _fitted(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n] one-step forecasts, NaN for the first step: a fit for every step."""
        said = [self._total(y[:step], 1)[0] for step in range(1, len(y))]
        return np.array([np.nan, *said])

    @abstractmethod
    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        """Fill `out` [H]; False = cannot."""
