"""The measures of the M4 competition, with their definitions of it.

Makridakis, Spiliotis, Assimakopoulos, IJF 36 (2020). Weekly data has no season there, so that
Naive2 is the naive forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PUBLISHED_NAIVE2", "M4Score", "m4_score", "naive_score"]

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class M4Score:
    """Percent, in-sample naive errors, and the mean of both over those of Naive2."""

    smape: float
    mase: float
    owa: float


#: As published for Naive2 on Weekly: sMAPE and MASE.
PUBLISHED_NAIVE2 = (9.161, 2.777)


def m4_score(forecast: _Array, truth: _Array, history: _Array) -> M4Score:
    """Score forecasts [N, H] against truth [N, H]; NaN pads the head of `history` [N, T]."""
    naive = np.repeat(history[:, -1:], truth.shape[1], axis=1)
    own, base = _errors(forecast, truth, history), _errors(naive, truth, history)
    return M4Score(own[0], own[1], (own[0] / base[0] + own[1] / base[1]) / 2)


def naive_score(truth: _Array, history: _Array) -> M4Score:
    """Score of Naive2, whose sMAPE and MASE must be the published ones on the whole set."""
    naive = np.repeat(history[:, -1:], truth.shape[1], axis=1)
    return m4_score(naive, truth, history)


def _errors(forecast: _Array, truth: _Array, history: _Array) -> tuple[float, float]:
    """SMAPE in percent and MASE, means over series."""
    gap = np.abs(forecast - truth)
    smape = 200 * gap / (np.abs(forecast) + np.abs(truth))
    scale = np.nanmean(np.abs(np.diff(history, axis=1)), axis=1)
    return float(smape.mean()), float((gap.mean(axis=1) / scale).mean())
