"""Demand in fits and starts."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.intermittent import intermittent

__all__ = ["Intermittent"]


class Intermittent(KernelMember):
    """TSB, for histories without negatives; Teunter et al., EJOR 214 (2011)."""

    name: ClassVar[str] = "intermittent"
    shift_equivariant: ClassVar[bool] = False

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return intermittent(y, out)
