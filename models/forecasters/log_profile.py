"""A recent seasonal profile on a smoothed level, on logarithms."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.profile_level import log_profile_level
from models.kernels.seasons import fitted_season

__all__ = ["LogProfile"]


class LogProfile(KernelMember):
    """As `profile_level`, on the log scale: weekends are a share, not an amount."""

    name: ClassVar[str] = "log_profile"
    shift_equivariant: ClassVar[bool] = False

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return log_profile_level(y, fitted_season(len(y), self.season), out)
