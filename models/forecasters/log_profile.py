"""A recent seasonal profile on a smoothed level, on logarithms."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.log_scale import LogScale
from models.profile_level import profile_on_level

__all__ = ["LogProfile"]


class LogProfile(Member):
    """As `profile_level`, on the log scale: weekends are a share, not an amount."""

    name: ClassVar[str] = "log_profile"
    shift_equivariant: ClassVar[bool] = False

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season if len(y) >= 2 * self.season + 2 else 1
        scale = LogScale.of(y)
        if scale is None:
            return profile_on_level(y, season, h)
        return scale.back(profile_on_level(scale.forward(y), season, h))
