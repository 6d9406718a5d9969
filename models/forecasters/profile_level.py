"""A recent seasonal profile on a smoothed level."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.profile_level import profile_level
from models.kernels.seasons import fitted_season

__all__ = ["ProfileLevel"]


class ProfileLevel(KernelMember):
    """Profile of the last twelve seasons, newer ones weighing more, on ETS(A,N,N)."""

    name: ClassVar[str] = "profile_level"

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return profile_level(y, fitted_season(len(y), self.season), out)
