"""The theta method: half the trend of a straight line, on simple exponential smoothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.profile import deseasonalise, profile_strength, season_profile

__all__ = ["theta_lines"]

_Array = NDArray[np.float64]

_ALPHAS = np.array([0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95])
#: Seasons in the profile, and the R² from which it is taken out.
_SEASONS = 8
_STRONG = 0.1


def theta_lines(y: _Array, season: int, horizon: int) -> _Array:
    """[H] l + b/2 * (h + (1 - (1 - a)^n) / a) + profile, h = 0, 1, ...

    b is the slope of the least-squares line, l and a level and weight of simple exponential
    smoothing with the least squared error. Hyndman and Billah, IJF 19 (2003).
    """
    n = len(y)
    profile = np.zeros(max(season, 1))
    if n >= 3 * season and profile_strength(y, season, seasons=_SEASONS) > _STRONG:
        profile = season_profile(y, season, seasons=_SEASONS)
    rest = deseasonalise(y, profile)
    time = np.arange(n) - (n - 1) / 2
    slope = float(time @ (rest - rest.mean()) / (time @ time))
    level, alpha = _smoothed(rest)
    steps = np.arange(horizon)
    trend = 0.5 * slope * (steps + (1 - (1 - alpha) ** n) / alpha)
    forecast: _Array = level + trend + profile[steps % len(profile)]
    return forecast


def _smoothed(y: _Array) -> tuple[float, float]:
    """Level after the last observation and the weight with the least squared one-step error."""
    level = np.full(len(_ALPHAS), y[0])
    loss = np.zeros(len(_ALPHAS))
    for value in y[1:]:
        error = value - level
        loss += error * error
        level += _ALPHAS * error
    best = int(np.argmin(loss))
    return float(level[best]), float(_ALPHAS[best])
