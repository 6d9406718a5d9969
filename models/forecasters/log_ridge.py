"""Ridge autoregression of changes of logarithms: the best single member on growing series."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.autoregression import chosen_lags, half_life, ridge_forecast
from models.forecasters.member import Member
from models.log_scale import LogScale

__all__ = ["LogRidge"]

_PENALTY = 0.02


class LogRidge(Member):
    """First differences of ln y on their own lags, summed up again."""

    name: ClassVar[str] = "log_ridge"
    shift_equivariant: ClassVar[bool] = False

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season if len(y) >= 2 * self.season + 2 else 1
        scale = LogScale.of(y)
        z = y if scale is None else scale.forward(y)
        change = np.diff(z)
        size = np.abs(change).mean()
        lags = chosen_lags(len(change), season)
        age = half_life(len(y), self.season)
        steps = ridge_forecast(change / size, lags, h, penalty=_PENALTY, half_life=age)
        if steps is None:
            return None
        mean: NDArray[np.float64] = z[-1] + np.cumsum(steps) * size
        return mean if scale is None else scale.back(mean)
