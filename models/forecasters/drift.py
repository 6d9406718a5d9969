"""The last value, moving on as it moved over the last 52 steps."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member

__all__ = ["Drift"]

_WINDOW = 52


class Drift(Member):
    """last + h * (last - y[n - 1 - w]) / w with w = min(n - 1, 52)."""

    name: ClassVar[str] = "drift"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        window = min(len(y) - 1, _WINDOW)
        slope = (y[-1] - y[-1 - window]) / window
        mean: NDArray[np.float64] = y[-1] + slope * np.arange(1, h + 1)
        return mean
