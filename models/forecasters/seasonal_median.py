"""Median of the last five seasons, phase by phase: blind to a single abnormal week."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.phase_windows import phase_median

__all__ = ["SeasonalMedian"]

_SEASONS = 5


class SeasonalMedian(KernelMember):
    """Per phase the median over at most five whole seasons."""

    name: ClassVar[str] = "seasonal_median"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return phase_median(y, self.season, _SEASONS, out)
