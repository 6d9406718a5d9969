"""Seasonal naive: the last season again. The yardstick of every accuracy figure."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from statsforecast.models import SeasonalNaive

from models.forecasters.member import Member

__all__ = ["LastSeason"]


class LastSeason(Member):
    """y[t + h] = y[t + h - m], m the season (statsforecast's SeasonalNaive)."""

    name: ClassVar[str] = "seasonal_naive"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        season = self.season if len(y) >= self.season else 1
        mean: NDArray[np.float64] = SeasonalNaive(season).forecast(y=y, h=h)["mean"]
        return mean
