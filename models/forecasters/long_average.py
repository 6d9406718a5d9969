"""Mean of the last thirteen seasons, flat: where bursts come back to."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member

__all__ = ["LongAverage"]

#: A quarter of daily history: several bursts and the pauses between them.
_SEASONS = 13


class LongAverage(Member):
    """Mean of at most thirteen seasons, or of 52 steps without one."""

    name: ClassVar[str] = "long_average"
    long_window: ClassVar[bool] = True

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        window = _SEASONS * (self.season if self.season > 1 else 4)
        return np.full(h, y[-window:].mean())
