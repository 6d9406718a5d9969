"""What a forecaster states about N series, H days ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stated"]


@dataclass(frozen=True)
class Stated:
    """Point forecasts and central 80 % intervals; NaN = the model has none.

    Parameters
    ----------
    mean, lower, upper
        [N, H] per day.
    sum_lower, sum_upper
        [N] of the sum over the horizon.
    fallbacks
        Histories that the model failed on, so that their last value stood in.
    """

    mean: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    sum_lower: NDArray[np.float64]
    sum_upper: NDArray[np.float64]
    fallbacks: int
