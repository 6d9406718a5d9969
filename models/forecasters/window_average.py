"""Window average: the mean of the last season, flat."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.flat_windows import flat_mean
from models.kernels.seasons import flat_window

__all__ = ["LastSeasonMean"]


class LastSeasonMean(KernelMember):
    """Mean of the last season, or of four steps without one."""

    name: ClassVar[str] = "window_average"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return flat_mean(y, flat_window(self.season), out)
