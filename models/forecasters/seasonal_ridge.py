"""Ridge autoregression of changes on the season before."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.autoregression import half_life, ridge_forecast
from models.forecasters.member import Member

__all__ = ["SeasonalRidge"]

_PENALTY = 0.02


class SeasonalRidge(Member):
    """y[t] - y[t - m] on its own lags 1..p and m, added to the season before."""

    name: ClassVar[str] = "seasonal_ridge"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season
        if season == 1 or len(y) <= 3 * season + 20:
            return None
        change = y[season:] - y[:-season]
        size = np.abs(change).mean()
        if size <= 0:
            return np.asarray(np.resize(y[-season:], h))
        short = min(8, max(2, len(y) // 8))
        lags = np.array([*range(1, short + 1), max(season, short + 1)], dtype=np.intp)
        age = half_life(len(y), season)
        steps = ridge_forecast(change / size, lags, h, penalty=_PENALTY, half_life=age)
        if steps is None:
            return None
        path = np.concatenate([y[-season:], np.zeros(h)])
        for step in range(h):
            path[season + step] = path[step] + steps[step] * size
        return path[season:]
