"""Ridge autoregression of levels."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.ridges import level_ridge
from models.kernels.seasons import fitted_season

__all__ = ["RidgeLevels"]


class RidgeLevels(KernelMember):
    """Levels relative to the mean of the last four seasons, on their own lags."""

    name: ClassVar[str] = "ridge"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        fitted = fitted_season(len(y), self.season)
        return level_ridge(y, self.season, fitted, self.second_season, out)
