"""A recent seasonal profile on a smoothed level."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.profile_level import profile_on_level

__all__ = ["ProfileLevel"]


class ProfileLevel(Member):
    """Profile of the last twelve seasons, newer ones weighing more, on ETS(A,N,N)."""

    name: ClassVar[str] = "profile_level"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season if len(y) >= 2 * self.season + 2 else 1
        return profile_on_level(y, season, h)
