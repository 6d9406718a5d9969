"""Exponential smoothing with a damped trend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.lanes import ALPHAS, SETTLE, first_level, lowest, step_trends
from models.kernels.level_smoothing import smoothed_level

__all__ = ["damped_smoothing"]

_Array = NDArray[np.float64]

#: Weights of the slope beside 0, which is smoothing without a slope, and its damping.
_BETAS = np.array([0.005, 0.01, 0.02, 0.05, 0.1, 0.2])
_PHIS = np.array([0.8, 0.9, 0.95, 0.98, 1.0])


@compiled
def damped_smoothing(y: _Array, out: _Array) -> bool:
    """Level and slope: f = l + phi b; l = f + alpha e; b = phi b + beta e, beta <= alpha.

    out = l + b * (phi + ... + phi^h).

    ETS(A,Ad,N), weights by the least sum of |e|^1.5 of the whole grid. Hyndman et al., Forecasting
    with Exponential Smoothing (2008), table 2.1.
    """
    last_level, least = smoothed_level(y)
    last_slope, damping = 0.0, 1.0
    for beta in _BETAS:
        loss, level, slope, phi = _best_of(y, beta)
        if loss < least:
            least, last_level, last_slope, damping = loss, level, slope, phi
    trend, power = 0.0, 1.0
    for h in range(len(out)):
        power *= damping
        trend += power
        out[h] = last_level + last_slope * trend
    return True


@compiled
def _best_of(y: _Array, beta: float) -> tuple[float, float, float, float]:
    """Loss, level, slope and damping of the best weights of level and damping, alpha >= beta."""
    skipped = 0
    while ALPHAS[skipped] < beta:
        skipped += 1
    lanes = (len(ALPHAS) - skipped) * len(_PHIS)
    alpha, phi = np.empty(lanes), np.empty(lanes)
    level, slope, loss = np.empty(lanes), np.zeros(lanes), np.zeros(lanes)
    first = first_level(y)
    for lane in range(lanes):
        alpha[lane] = ALPHAS[skipped + lane // len(_PHIS)]
        phi[lane] = _PHIS[lane % len(_PHIS)]
        level[lane] = first
    settled = min(SETTLE, len(y) // 3)
    for t in range(len(y)):
        if t == settled:
            for lane in range(lanes):
                loss[lane] = 0.0
        step_trends(y[t], beta, (alpha, phi), (level, slope, loss))
    best = lowest(loss)
    return loss[best], level[best], slope[best], phi[best]
