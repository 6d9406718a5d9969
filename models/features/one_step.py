"""The value of a one-step forecaster: forecasts and what their residuals are divided by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SMALLEST_SCALE", "OneStep", "usable_scale"]

#: A residual is never divided by less than this share of the mean spend.
SMALLEST_SCALE = 0.01


@dataclass(frozen=True)
class OneStep:
    """Forecasts of N series for n days of history and A days after it.

    Parameters
    ----------
    forecast
        [N, n + A] forecast of each day from the days before it; of the days after the end from the
        whole history.
    scale
        [N, n + 1] positive: size of an ordinary residual of each day and of the next one.
    """

    forecast: NDArray[np.float64]
    scale: NDArray[np.float64]

    def standardised(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """(y - forecast) / scale of the history, [N, n]."""
        days = y.shape[1]
        return (y - self.forecast[:, :days]) / self.scale[:, :days]


def usable_scale(
    residual_size: NDArray[np.float64], mean_size: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scale to divide by: the residuals' size, at least 1 % of the mean spend.

    A series that was always zero has no scale of its own: one unit of the measure.
    """
    scale = np.maximum(residual_size, SMALLEST_SCALE * mean_size)
    return np.where(scale > 0, scale, 1.0)
