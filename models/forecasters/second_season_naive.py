"""The last second season again: the same hour of the week before."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.phase_windows import phase_mean
from models.kernels.seasons import longest_season

__all__ = ["SecondSeasonNaive"]


class SecondSeasonNaive(KernelMember):
    """y[t + h] = y[t + h - m2], m2 the second season; as `seasonal_naive` below one."""

    name: ClassVar[str] = "second_season_naive"
    needs_second_season: ClassVar[bool] = True

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return phase_mean(y, longest_season(len(y), self.season, self.second_season), 1, out)
