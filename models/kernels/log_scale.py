"""Logarithms for series with zeros, and a way back that cannot explode."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["from_logs", "log_offset", "to_logs"]

_Array = NDArray[np.float64]

#: Added before the logarithm, as a share of the mean positive value, where there are zeros.
_OFFSET_WITH_ZEROS = 0.1
#: ... and where there are none: only guards the logarithm.
_OFFSET = 1e-9
#: A forecast on the log scale may pass the history's maximum by this factor, not more:
#: uncapped trends of logarithms were seen to explode.
_HEADROOM = 2.0


@compiled
def log_offset(y: _Array) -> float:
    """What to add before ln; 0 where a logarithm makes no sense (negative values, all zero)."""
    total, positive = 0.0, 0
    for value in y:
        if value < 0:
            return 0.0
        if value > 0:
            total += value
            positive += 1
    if positive == 0:
        return 0.0
    return (_OFFSET if positive == len(y) else _OFFSET_WITH_ZEROS) * (total / positive)


@compiled
def to_logs(y: _Array, offset: float) -> _Array:
    """[n] ln(y + offset)."""
    logs = np.empty(len(y))
    for t in range(len(y)):
        logs[t] = math.log(y[t] + offset)
    return logs


@compiled
def from_logs(out: _Array, logs: _Array, offset: float) -> None:
    """Take `out` back to the measure, at most twice the maximum of the history, at least zero."""
    ceiling = logs[0]
    for value in logs:
        ceiling = max(ceiling, value)
    ceiling += math.log(_HEADROOM)
    for h in range(len(out)):
        out[h] = max(math.exp(min(out[h], ceiling)) - offset, 0.0)
