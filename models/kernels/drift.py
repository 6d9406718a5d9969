"""The last value, moving on as it moved over the last 52 steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["drift"]

_Array = NDArray[np.float64]
_WINDOW = 52


@compiled
def drift(y: _Array, out: _Array) -> bool:
    """Set out[h] = last + (h + 1) * (last - y[n - 1 - w]) / w with w = min(n - 1, 52)."""
    last = len(y) - 1
    window = min(last, _WINDOW)
    slope = (y[last] - y[last - window]) / window
    for h in range(len(out)):
        out[h] = y[last] + slope * (h + 1)
    return True
