"""What weights are learned from: errors of the members, and how bursty a series is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.member_errors import fill_member_errors

__all__ = ["burstiness_of", "member_errors", "member_losses"]

_Array = NDArray[np.float64]

#: Error of the seasonal naive forecast, as a share of the mean, from which a series counts as
#: bursty in full: real and generated token spend has 0.05 to 0.2, training bursts 0.6 to 1.3.
_BURSTY = 0.5
#: Series copied at once where forecasts are not in one piece: bounds the memory.
_AT_ONCE = 100


def member_errors(forecasts: _Array, actual: _Array) -> tuple[_Array, _Array]:
    """[N, K, M] mean |f - y| and |mean (f - y)| of forecasts [N, K, M, H] over steps with truth.

    NaN and 0 where there is no forecast or no truth (NaN in `actual` [N, K, H]).
    """
    sizes, biases = np.empty(forecasts.shape[:3]), np.empty(forecasts.shape[:3])
    for start in range(0, len(forecasts), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        said, truth = (np.require(cells[rows], np.float64, "C") for cells in (forecasts, actual))
        fill_member_errors(said, truth, sizes[rows], biases[rows])
    return sizes, biases


def member_losses(forecasts: _Array, actual: _Array, burstiness: _Array) -> _Array:
    """[N, K, M] MAE + burstiness [N] * |mean error|.

    Steps of a bursty series cannot be foretold, its sums can: they count there too.
    """
    sizes, biases = member_errors(forecasts, actual)
    losses: _Array = sizes + burstiness[:, None, None] * biases
    return losses


def burstiness_of(naive: _Array, actual: _Array) -> _Array:
    """[N] from 0, calm, to 1, bursty: (error of the season before / mean / 0.5) squared.

    Of seasonal naive forecasts [N, K, m] and truth over the first season after each origin: a
    change between neighbouring seasons is neither growth nor weekday. Without truth, 0.
    """
    known = np.isfinite(naive) & np.isfinite(actual)
    change = np.abs(np.where(known, naive - actual, 0.0)).sum(axis=(1, 2))
    size = np.abs(np.where(known, actual, 0.0)).sum(axis=(1, 2))
    ratio = change / np.where(size > 0, size, 1.0) * (size > 0)
    burstiness: _Array = np.minimum(ratio / _BURSTY, 1.0) ** 2
    return burstiness
