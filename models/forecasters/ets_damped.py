"""Exponential smoothing with a damped trend."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.damped_smoothing import damped_smoothing

__all__ = ["DampedTrend"]


class DampedTrend(KernelMember):
    """ETS(A,Ad,N), its weights the best of a grid."""

    name: ClassVar[str] = "ets_damped"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return damped_smoothing(y, out)
