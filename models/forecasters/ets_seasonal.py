"""Exponential smoothing with a season."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.smoothing import smooth_level, smooth_season

__all__ = ["SeasonalSmoothing"]


class SeasonalSmoothing(Member):
    """ETS(A,N,A) by grid search (`models.smoothing`), without season below two seasons."""

    name: ClassVar[str] = "ets_seasonal"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season if len(y) >= 2 * self.season + 2 else 1
        fit = smooth_season(y, season) if season > 1 else smooth_level(y)
        return fit.forecast(h)
