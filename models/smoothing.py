"""Additive exponential smoothing, its parameters found by trying a whole grid at once.

Errors are measured by mean |e|^1.5, between the outliers' say of squares and the flatness of
absolute values. Every grid point is a lane of one array, so a fit is one pass over the history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Smoothed", "smooth_level", "smooth_season", "smooth_trend"]

_Array = NDArray[np.float64]

# Grids as measured on seven kinds of spend and load: finer ones gained nothing.
_ALPHAS = np.array([0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95])
_GAMMAS = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5])
_BETAS = np.array([0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2])
_PHIS = np.array([0.8, 0.9, 0.95, 0.98, 1.0])
#: Observations that make the first level of a series without season.
_START = 8
#: One-step errors left out of the loss while the state settles (a season, if there is one).
_SETTLE = 4
#: Seasons that make the first profile.
_START_SEASONS = 4


@dataclass(frozen=True)
class Smoothed:
    """State after the last observation; `profile` [m] starts at the next step."""

    level: float
    slope: float
    damping: float
    profile: _Array

    def forecast(self, horizon: int) -> _Array:
        """[H] forecast: level + slope * (phi + ... + phi^h) + profile."""
        steps = np.arange(horizon)
        trend = self.slope * np.cumsum(self.damping ** (steps + 1.0))
        forecast: _Array = self.level + trend + self.profile[steps % len(self.profile)]
        return forecast


def smooth_level(y: _Array) -> Smoothed:
    """Simple exponential smoothing, ETS(A,N,N): l += alpha * e."""
    level = np.full(len(_ALPHAS), y[:_START].mean())
    errors = np.empty((len(y), len(_ALPHAS)))
    for t, value in enumerate(y):
        np.subtract(value, level, out=errors[t])
        level += _ALPHAS * errors[t]
    best = _best(errors, min(_SETTLE, len(y) // 3))
    return Smoothed(float(level[best]), 0.0, 1.0, np.zeros(1))


def smooth_trend(y: _Array) -> Smoothed:
    """Damped trend, ETS(A,Ad,N): f = l + phi b; l = f + alpha e; b = phi b + beta e, beta <= alpha.

    Hyndman et al., Forecasting with Exponential Smoothing (2008), table 2.1.
    """
    alpha, beta, phi = (grid.ravel() for grid in np.meshgrid(_ALPHAS, _BETAS, _PHIS))
    allowed = beta <= alpha
    alpha, beta, phi = alpha[allowed], beta[allowed], phi[allowed]
    level = np.full(len(alpha), y[:_START].mean())
    slope = np.zeros(len(alpha))
    errors = np.empty((len(y), len(alpha)))
    for t, value in enumerate(y):
        slope *= phi
        level += slope
        np.subtract(value, level, out=errors[t])
        level += alpha * errors[t]
        slope += beta * errors[t]
    best = _best(errors, min(_SETTLE, len(y) // 3))
    return Smoothed(float(level[best]), float(slope[best]), float(phi[best]), np.zeros(1))


def smooth_season(y: _Array, season: int) -> Smoothed:
    """Season without trend, ETS(A,N,A): l += alpha e; s_j += gamma (1 - alpha) e.

    Needs a whole season of history; raises ValueError for less.
    """
    if len(y) < season:
        raise ValueError(f"got {len(y)} observations, wanted a season of {season}")
    alpha, gamma = (grid.ravel() for grid in np.meshgrid(_ALPHAS, _GAMMAS))
    pull = gamma * (1.0 - alpha)
    seasons = y[: len(y) // season * season].reshape(-1, season)[:_START_SEASONS]
    first = (seasons - seasons.mean(axis=1, keepdims=True)).mean(axis=0)
    level = np.full(len(alpha), y[:season].mean())
    profile = np.repeat(first[:, None], len(alpha), axis=1)
    errors = np.empty((len(y), len(alpha)))
    for t, value in enumerate(y):
        phase = profile[t % season]
        np.subtract(value - phase, level, out=errors[t])
        level += alpha * errors[t]
        phase += pull * errors[t]
    best = _best(errors, min(season, len(y) // 3))
    return Smoothed(float(level[best]), 0.0, 1.0, np.roll(profile[:, best], -(len(y) % season)))


def _best(errors: _Array, skip: int) -> int:
    """Lane of the smallest mean |e|^1.5, the first of equals."""
    size = np.abs(errors[skip:])
    return int(np.argmin((size * np.sqrt(size)).mean(axis=0)))
