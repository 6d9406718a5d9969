"""Mean of the last eight seasons, phase by phase: a level of bursts that keeps its weekends."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.phase_windows import phase_mean

__all__ = ["LongSeasonalAverage"]

_SEASONS = 8


class LongSeasonalAverage(KernelMember):
    """Per phase the mean over at most eight whole seasons."""

    name: ClassVar[str] = "long_seasonal_average"
    long_window: ClassVar[bool] = True

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return phase_mean(y, self.season, _SEASONS, out)
