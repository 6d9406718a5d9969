"""The theta method on logarithms: growth in per cent."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.log_scale import LogScale
from models.theta_lines import theta_lines

__all__ = ["LogTheta"]


class LogTheta(Member):
    """As `theta`, on the log scale; on the raw scale where there are negative values."""

    name: ClassVar[str] = "log_theta"
    shift_equivariant: ClassVar[bool] = False

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season if len(y) >= 2 * self.season + 2 else 1
        scale = LogScale.of(y)
        if scale is None:
            return theta_lines(y, season, h)
        return scale.back(theta_lines(scale.forward(y), season, h))
