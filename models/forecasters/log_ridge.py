"""Ridge autoregression of changes of logarithms: the best single member on growing series."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.ridges import log_change_ridge
from models.kernels.seasons import fitted_season

__all__ = ["LogRidge"]


class LogRidge(KernelMember):
    """First differences of ln y on their own lags, summed up again."""

    name: ClassVar[str] = "log_ridge"
    shift_equivariant: ClassVar[bool] = False

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        fitted = fitted_season(len(y), self.season)
        return log_change_ridge(y, self.season, fitted, self.second_season, out)
