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
    surprises = [surprise(pools[part], parts[..., part]) for part in range(len(weights))]
    score: NDArray[np.float64] = np.stack(surprises, axis=-1) @ weights / weights.sum()
    return score
