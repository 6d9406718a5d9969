"""One score from five parts. numpy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.significance import Pool, surprise

__all__ = ["PARTS", "PART_WEIGHTS", "combined_score"]

#: The parts of a score, in the order of all arrays over parts.
PARTS = ("ets", "regression", "cusum", "lagged", "forest")
#: Fixed, not fitted: choosing weights on few labelled events does not carry to other series.
PART_WEIGHTS = np.array([1.0, 2.0, 1.0, 1.0, 1.0])


def combined_score(
    pools: Sequence[Pool],
    parts: NDArray[np.float64],
    weights: NDArray[np.float64] = PART_WEIGHTS,
) -> NDArray[np.float64]:
    """Weighted mean of the parts' -ln p, higher = stranger; NaN where a part is.

    Parameters
    ----------
    pools
        Calibration of each part; more pools than parts are ignored.
    parts
        [..., P], 5 of the default detector.
    weights
        [P] of the parts.

    Returns
    -------
    NDArray[np.float64]
        [...].
    """
    # added one by one: the last digits of a matrix product depend on how much is multiplied
    total = np.zeros(parts.shape[:-1])
    for part, weight in enumerate(weights):
        total = total + weight * surprise(pools[part], parts[..., part])
    return np.asarray(total / weights.sum())
