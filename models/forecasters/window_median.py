"""Median of the last four seasons, flat."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member

__all__ = ["WindowMedian"]


class WindowMedian(Member):
    """Median of the last four seasons, or of sixteen steps without one."""

    name: ClassVar[str] = "window_median"

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        window = 4 * (self.season if self.season > 1 else 4)
        return np.full(h, np.median(y[-window:]))
