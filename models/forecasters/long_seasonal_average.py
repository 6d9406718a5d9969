"""Mean of the last eight seasons, phase by phase: a level of bursts that keeps its weekends."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member

__all__ = ["LongSeasonalAverage"]

_SEASONS = 8


class LongSeasonalAverage(Member):
    """Per phase the mean over at most eight whole seasons."""

    name: ClassVar[str] = "long_seasonal_average"
    long_window: ClassVar[bool] = True

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        seasons = min(_SEASONS, len(y) // self.season)
        if seasons < 1:
            return None
        latest = y[len(y) - seasons * self.season :].reshape(seasons, self.season)
        return np.asarray(np.resize(latest.mean(axis=0), h))
