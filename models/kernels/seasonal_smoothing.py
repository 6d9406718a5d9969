"""Exponential smoothing with a season."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.lanes import ALPHAS, lowest
from models.kernels.level_smoothing import level_smoothing

__all__ = ["seasonal_smoothing"]

_Array = NDArray[np.float64]

_GAMMAS = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5])
#: Seasons that make the first profile.
_START_SEASONS = 4


@compiled
def seasonal_smoothing(y: _Array, season: int, out: _Array) -> bool:
    """Level and season: l += alpha e; s_j += gamma (1 - alpha) e; out = l + s.

    Without a season, a level alone.

    ETS(A,N,A), weights by the least sum of |e|^1.5 of the whole grid. Hyndman et al., Forecasting
    with Exponential Smoothing (2008), table 2.1.
    """
    if season <= 1:
        return level_smoothing(y, out)
    lanes = len(_GAMMAS) * len(ALPHAS)
    alpha, pull = np.empty(lanes), np.empty(lanes)
    for lane in range(lanes):
        alpha[lane] = ALPHAS[lane % len(ALPHAS)]
        pull[lane] = _GAMMAS[lane // len(ALPHAS)] * (1.0 - alpha[lane])
    profile = _first_profile(y, season, lanes)
    level, loss = _run(y, alpha, pull, profile)
    best = lowest(loss)
    for h in range(len(out)):
        out[h] = level[best] + profile[(len(y) + h) % season, best]
    return True


@compiled
def _first_profile(y: _Array, season: int, lanes: int) -> _Array:
    """[m, lanes] mean over the first four seasons of y less the season's mean."""
    seasons = min(_START_SEASONS, len(y) // season)
    profile = np.zeros((season, lanes))
    for start in range(0, seasons * season, season):
        mean = 0.0
        for phase in range(season):
            mean += y[start + phase] / season
        for phase in range(season):
            profile[phase, 0] += (y[start + phase] - mean) / seasons
    for phase in range(season):
        for lane in range(1, lanes):
            profile[phase, lane] = profile[phase, 0]
    return profile


@compiled
def _run(y: _Array, alpha: _Array, pull: _Array, profile: _Array) -> tuple[_Array, _Array]:
    """Level and loss [lanes] after the end; `profile` is left as it is then."""
    season, lanes = profile.shape
    level, loss = np.empty(lanes), np.zeros(lanes)
    total = 0.0
    for phase in range(season):
        total += y[phase]
    for lane in range(lanes):
        level[lane] = total / season
    settled = min(season, len(y) // 3)
    phase = 0
    for t in range(len(y)):
        if t == settled:
            for lane in range(lanes):
                loss[lane] = 0.0
        _step(y[t], (alpha, pull), level, profile[phase], loss)
        phase = phase + 1 if phase + 1 < season else 0
    return level, loss


@compiled
def _step(
    value: float, weights: tuple[_Array, _Array], level: _Array, usual: _Array, loss: _Array
) -> None:
    """One observation in every lane; `usual` [lanes] is the profile of its phase."""
    alpha, pull = weights
    for lane in range(len(level)):
        error = value - usual[lane] - level[lane]
        size = abs(error)
        loss[lane] += size * math.sqrt(size)
        level[lane] += alpha[lane] * error
        usual[lane] += pull[lane] * error
