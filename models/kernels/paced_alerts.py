"""Which rows of a fine-grained series start an incident: one alert per event, few in a row."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["paced_alerts"]


@compiled
def paced_alerts(
    score: NDArray[np.float64], threshold: float, cool_down: int, fading: float, raise_by: float
) -> NDArray[np.bool_]:
    """Rows [n] that alert: score >= threshold (1 + raise_by A_t), none in the last `cool_down`.

    A_t = sum over earlier alerts j of exp(-(t - j) / fading), in rows: a soft budget that makes a
    series that has alerted a lot need a little more. NaN never alerts.
    """
    alerts = np.zeros(len(score), np.bool_)
    recent, last = 0.0, -1
    keep = math.exp(-1.0 / fading)
    for t in range(len(score)):
        recent *= keep
        if score[t] >= threshold * (1.0 + raise_by * recent) and (last < 0 or t - last > cool_down):
            alerts[t] = True
            recent += 1.0
            last = t
    return alerts
