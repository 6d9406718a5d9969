"""Seasonal naive: the last season again. The yardstick of every accuracy figure."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.phase_windows import phase_mean
from models.kernels.seasons import whole_season

__all__ = ["LastSeason"]


class LastSeason(KernelMember):
    """y[t + h] = y[t + h - m], m the season; the last value below one season."""

    name: ClassVar[str] = "seasonal_naive"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return phase_mean(y, whole_season(len(y), self.season), 1, out)
