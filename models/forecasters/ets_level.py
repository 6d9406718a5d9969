"""Simple exponential smoothing: one level."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.level_smoothing import level_smoothing

__all__ = ["LevelSmoothing"]


class LevelSmoothing(KernelMember):
    """ETS(A,N,N), its weight the best of a grid."""

    name: ClassVar[str] = "ets_level"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return level_smoothing(y, out)
