"""The theta method on logarithms: growth in per cent."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.seasons import fitted_season
from models.kernels.theta_lines import log_theta_lines

__all__ = ["LogTheta"]


class LogTheta(KernelMember):
    """As `theta`, on the log scale; on the raw scale where there are negative values."""

    name: ClassVar[str] = "log_theta"
    shift_equivariant: ClassVar[bool] = False

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return log_theta_lines(y, fitted_season(len(y), self.season), out)
