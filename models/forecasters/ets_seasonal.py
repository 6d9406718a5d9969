"""Exponential smoothing with a season."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.seasonal_smoothing import seasonal_smoothing
from models.kernels.seasons import fitted_season

__all__ = ["SeasonalSmoothing"]


class SeasonalSmoothing(KernelMember):
    """ETS(A,N,A), its weights the best of a grid; without season below two seasons."""

    name: ClassVar[str] = "ets_seasonal"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return seasonal_smoothing(y, fitted_season(len(y), self.season), out)
