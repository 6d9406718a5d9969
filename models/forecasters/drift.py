"""The last value, moving on as it moved over the last 52 steps."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.drift import drift

__all__ = ["Drift"]


class Drift(KernelMember):
    """last + h * (last - y[n - 1 - w]) / w with w = min(n - 1, 52)."""

    name: ClassVar[str] = "drift"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return drift(y, out)
