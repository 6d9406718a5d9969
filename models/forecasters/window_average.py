"""Window average: the mean of the last season, flat."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from statsforecast.models import WindowAverage

from models.forecasters.member import Member

__all__ = ["LastSeasonMean"]

#: Steps without a season.
_WINDOW = 4


class LastSeasonMean(Member):
    """Mean of the last season, or of four steps without one (statsforecast's WindowAverage)."""

    name: ClassVar[str] = "window_average"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        window = min(len(y), self.season if self.season > 1 else _WINDOW)
        mean: NDArray[np.float64] = WindowAverage(window_size=window).forecast(y=y, h=h)["mean"]
        return mean
