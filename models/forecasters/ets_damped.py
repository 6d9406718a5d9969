"""Exponential smoothing with a damped trend."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.smoothing import smooth_trend

__all__ = ["DampedTrend"]


class DampedTrend(Member):
    """ETS(A,Ad,N) by grid search (`models.smoothing`)."""

    name: ClassVar[str] = "ets_damped"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        return smooth_trend(y).forecast(h)
