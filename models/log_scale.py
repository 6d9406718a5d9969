"""Logarithms for series with zeros, and a way back that cannot explode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LogScale"]

_Array = NDArray[np.float64]

#: Added before the logarithm, as a share of the mean positive value, where there are zeros.
_OFFSET_WITH_ZEROS = 0.1
#: ... and where there are none: only guards the logarithm.
_OFFSET = 1e-9
#: A forecast on the log scale may pass the history's maximum by this factor, not more:
#: uncapped trends of logarithms were seen to explode.
_HEADROOM = 2.0


@dataclass(frozen=True)
class LogScale:
    """z = ln(y + offset) for series that are never negative and not all zero."""

    offset: float
    ceiling: float

    @classmethod
    def of(cls, y: _Array) -> LogScale | None:
        """Scale fitting the history, None where a logarithm makes no sense."""
        positive = y[y > 0]
        if not len(positive) or y.min() < 0:
            return None
        share = _OFFSET if len(positive) == len(y) else _OFFSET_WITH_ZEROS
        offset = share * float(positive.mean())
        return cls(offset, float(np.log(y.max() + offset) + np.log(_HEADROOM)))

    def forward(self, y: _Array) -> _Array:
        """Onto the log scale."""
        logs: _Array = np.log(y + self.offset)
        return logs

    def back(self, z: _Array) -> _Array:
        """Back to the measure, capped at twice the history's maximum and at zero."""
        values: _Array = np.maximum(np.exp(np.minimum(z, self.ceiling)) - self.offset, 0.0)
        return values
