"""The theta method on the deseasonalised history."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.theta_lines import theta_lines

__all__ = ["ThetaLines"]


class ThetaLines(Member):
    """Assimakopoulos and Nikolopoulos, International Journal of Forecasting 16 (2000)."""

    name: ClassVar[str] = "theta"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season if len(y) >= 2 * self.season + 2 else 1
        return theta_lines(y, season, h)
