"""Ridge autoregression of changes on the season before."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.ridges import seasonal_change_ridge

__all__ = ["SeasonalRidge"]


class SeasonalRidge(KernelMember):
    """y[t] - y[t - m] on its own lags 1..p and m, added to the season before."""

    name: ClassVar[str] = "seasonal_ridge"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return seasonal_change_ridge(y, self.season, out)
