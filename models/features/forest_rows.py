"""What the isolation forest of a series sees of a day."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

__all__ = ["FOREST_FEATURES", "RECENT_DAYS", "forest_row", "forest_rows"]

#: Number of features of a row.
FOREST_FEATURES = 5
#: Days of residuals before a day that its row looks back on.
RECENT_DAYS = 6
_CLIP = 5.0
# Standard deviations of a sum of 3 and of 7 independent standardised residuals.
_OF_THREE, _OF_SEVEN = np.sqrt(3.0), np.sqrt(7.0)


def forest_row(
    ets: NDArray[np.float64], z: NDArray[np.float64], cusum: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Square roots of [ets, |z|, cusum, |sum of 3 z| / 3^.5, |sum of 7 clipped z| / 7^.5].

    All "larger = stranger", as the forest guards only the upper side; square roots because on
    residuals as they are the forest finds fewer planted events.

    Parameters
    ----------
    ets, cusum
        [...] values of the parts.
    z
        [..., 7] residuals of the regression, the day's own last.

    Returns
    -------
    NDArray[np.float64]
        [..., 5].
    """
    three = np.abs(z[..., -3:].sum(axis=-1)) / _OF_THREE
    seven = np.abs(np.clip(z, -_CLIP, _CLIP).sum(axis=-1)) / _OF_SEVEN
    row: NDArray[np.float64] = np.stack([ets, np.abs(z[..., -1]), cusum, three, seven], axis=-1)
    return np.sqrt(row)


def forest_rows(
    ets: NDArray[np.float64], z: NDArray[np.float64], cusum: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Rows of a whole history, [N, n, 5], from [N, n] each; residuals before day 0 are 0."""
    padded = np.concatenate([np.zeros((len(z), RECENT_DAYS)), z], axis=1)
    return forest_row(ets, sliding_window_view(padded, RECENT_DAYS + 1, axis=1), cusum)
