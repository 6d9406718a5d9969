"""Ridge autoregression of levels."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.autoregression import chosen_lags, half_life, ridge_forecast
from models.forecasters.member import Member

__all__ = ["RidgeLevels"]

_PENALTY = 0.01


class RidgeLevels(Member):
    """Levels relative to the mean of the last four seasons, on their own lags."""

    name: ClassVar[str] = "ridge"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season if len(y) >= 2 * self.season + 2 else 1
        centre = y[-4 * (self.season if self.season > 1 else 4) :].mean()
        size = np.abs(y - centre).mean()
        lags = chosen_lags(len(y), season)
        age = half_life(len(y), self.season)
        mean = ridge_forecast((y - centre) / size, lags, h, penalty=_PENALTY, half_life=age)
        return None if mean is None else mean * size + centre
