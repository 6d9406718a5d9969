"""Median of the last four seasons, flat."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.flat_windows import flat_median
from models.kernels.seasons import flat_window

__all__ = ["WindowMedian"]

_SEASONS = 4


class WindowMedian(KernelMember):
    """Median of the last four seasons, or of sixteen steps without one."""

    name: ClassVar[str] = "window_median"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return flat_median(y, _SEASONS * flat_window(self.season), out)
