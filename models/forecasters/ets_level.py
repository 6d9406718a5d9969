"""Simple exponential smoothing: one level."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.smoothing import smooth_level

__all__ = ["LevelSmoothing"]


class LevelSmoothing(Member):
    """ETS(A,N,N) by grid search (`models.smoothing`)."""

    name: ClassVar[str] = "ets_level"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        return smooth_level(y).forecast(h)
