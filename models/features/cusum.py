"""Part `cusum`: drift too slow for any single day.

c+ = max(0, .97 c+ + z - .7), c- the same downwards, on standardised residuals clipped to +-4 (Page,
"Continuous inspection schemes", 1954, with a forgetting factor).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cusum_step", "cusum_trace", "cusum_value"]

_FORGET = 0.97
_SLACK = 0.7
_CLIP = 4.0
#: Divisor that brings the sum to the size of a standardised residual.
_UNIT = 3.0


def cusum_step(sums: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums [N, 2 = up, down] after a day with residuals z [N]."""
    clipped = np.clip(z, -_CLIP, _CLIP)
    signed = np.stack([clipped, -clipped], axis=1)
    stepped: NDArray[np.float64] = np.maximum(0.0, _FORGET * sums + signed - _SLACK)
    return stepped


def cusum_value(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part's value: the larger sum, over the last axis."""
    value: NDArray[np.float64] = sums.max(axis=-1) / _UNIT
    return value


def cusum_trace(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums after each day, [N, n, 2]."""
    series, days = z.shape
    trace = np.empty((series, days, 2))
    sums = np.zeros((series, 2))
    for day in range(days):
        sums = cusum_step(sums, z[:, day])
        trace[:, day] = sums
    return trace
