"""Mean of the last three seasons, phase by phase."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.phase_windows import phase_mean

__all__ = ["SeasonalAverage"]

_SEASONS = 3


class SeasonalAverage(KernelMember):
    """Per phase the mean over at most three whole seasons."""

    name: ClassVar[str] = "seasonal_average"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return phase_mean(y, self.season, _SEASONS, out)
