"""Mean of the last thirteen seasons, flat: where bursts come back to."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.flat_windows import flat_mean
from models.kernels.seasons import flat_window

__all__ = ["LongAverage"]

#: A quarter of daily history: several bursts and the pauses between them.
_SEASONS = 13


class LongAverage(KernelMember):
    """Mean of at most thirteen seasons, or of 52 steps without one."""

    name: ClassVar[str] = "long_average"
    long_window: ClassVar[bool] = True

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return flat_mean(y, _SEASONS * flat_window(self.season), out)
