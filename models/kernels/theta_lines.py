"""The theta method: half the trend of a straight line, on simple exponential smoothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.lanes import ALPHAS, lowest
from models.kernels.log_scale import from_logs, log_offset, to_logs
from models.kernels.mean import mean_of_last
from models.kernels.season_profile import less_profile, profile_strength, season_profile

__all__ = ["log_theta_lines", "theta_lines"]

_Array = NDArray[np.float64]

#: Seasons in the profile, and the R² from which it is taken out.
_SEASONS = 8
_STRONG = 0.1


@compiled
def theta_lines(y: _Array, season: int, out: _Array) -> bool:
    """Fill `out` with l + b/2 * (h + (1 - (1 - a)^n) / a) + profile, h = 0, 1, ...

    b is the slope of the least-squares line, l and a level and weight of simple exponential
    smoothing with the least squared error, of the deseasonalised history. Hyndman and Billah,
    IJF 19 (2003).
    """
    n = len(y)
    profile = season_profile(y, season, _SEASONS, 1.0)
    if n < 3 * season or profile_strength(y, profile, _SEASONS) <= _STRONG:
        profile = np.zeros(season)
    rest = less_profile(y, profile)
    slope = _slope(rest)
    level, alpha = _smoothed(rest)
    start = (1 - (1 - alpha) ** n) / alpha
    for h in range(len(out)):
        out[h] = level + 0.5 * slope * (h + start) + profile[h % season]
    return True


@compiled
def log_theta_lines(y: _Array, season: int, out: _Array) -> bool:
    """As `theta_lines`, on logarithms where they make sense: growth in per cent."""
    offset = log_offset(y)
    if offset <= 0:
        return theta_lines(y, season, out)
    logs = to_logs(y, offset)
    theta_lines(logs, season, out)
    from_logs(out, logs, offset)
    return True


@compiled
def _slope(y: _Array) -> float:
    """Slope of the least-squares line."""
    middle, mean = (len(y) - 1) / 2, mean_of_last(y, len(y))
    above, below = 0.0, 0.0
    for t in range(len(y)):
        above += (t - middle) * (y[t] - mean)
        below += (t - middle) * (t - middle)
    return above / below


@compiled
def _smoothed(y: _Array) -> tuple[float, float]:
    """Level after the last observation and the weight with the least squared one-step error."""
    lanes = len(ALPHAS)
    level, loss = np.empty(lanes), np.zeros(lanes)
    for lane in range(lanes):
        level[lane] = y[0]
    for t in range(1, len(y)):
        _step(y[t], ALPHAS, level, loss)
    best = lowest(loss)
    return level[best], ALPHAS[best]


@compiled
def _step(value: float, alpha: _Array, level: _Array, loss: _Array) -> None:
    """One observation in every lane (`models.kernels.lanes`)."""
    for lane in range(len(level)):
        error = value - level[lane]
        loss[lane] += error * error
        level[lane] += alpha[lane] * error
