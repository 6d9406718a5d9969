"""Daily sums of the past, for charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

__all__ = ["History"]


@dataclass(frozen=True)
class History:
    """[D] days: what has arrived (NaN = no source covers the day) and whether it is final."""

    days: list[date]
    amount: NDArray[np.float64]
    final: NDArray[np.bool_]
