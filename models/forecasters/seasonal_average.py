"""Mean of the last three seasons, phase by phase."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from statsforecast.models import SeasonalWindowAverage

from models.forecasters.member import Member

__all__ = ["SeasonalAverage"]

_SEASONS = 3


class SeasonalAverage(Member):
    """Seasonal window average (statsforecast's) over at most three whole seasons."""

    name: ClassVar[str] = "seasonal_average"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        seasons = min(_SEASONS, len(y) // self.season)
        if seasons < 1:
            return None
        model = SeasonalWindowAverage(season_length=self.season, window_size=seasons)
        mean: NDArray[np.float64] = model.forecast(y=y, h=h)["mean"]
        return mean
