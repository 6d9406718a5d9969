"""Median of the last five seasons, phase by phase: blind to a single abnormal week."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member

__all__ = ["SeasonalMedian"]

_SEASONS = 5


class SeasonalMedian(Member):
    """Per phase the median over at most five whole seasons."""

    name: ClassVar[str] = "seasonal_median"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        seasons = min(_SEASONS, len(y) // self.season)
        if seasons < 1:
            return None
        latest = y[len(y) - seasons * self.season :].reshape(seasons, self.season)
        return np.asarray(np.resize(np.median(latest, axis=0), h))
