"""Series that resemble one another by name, and what a young one learns from those.

A series of a few days has no past forecasts of its own to learn from. The same model in other
teams, and the other models of the same team, tell which members forecast well from so few days:
their histories cut to the same length were measured to be a better guide than their whole ones,
and both better than the panel at large (`docs/cold_start.md`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ledger.series import UNALLOCATED, SeriesKey

__all__ = ["learned_from_siblings", "shared_dimensions"]

_Array = NDArray[np.float64]

#: Siblings' worth of trust in the panel at large, a sibling that shares one dimension counting 1.
_PANEL_SIBLINGS = 1.0


def shared_dimensions(
    keys: Sequence[SeriesKey], rows: NDArray[np.intp], others: NDArray[np.intp]
) -> NDArray[np.int64]:
    """[n, D] in how many dimensions series `rows` [n] and `others` [D] of `keys` have one value.

    What no rule allocates has nothing in common, and no series is its own sibling.
    """
    shared = np.zeros((len(rows), len(others)), dtype=np.int64)
    for dimension in keys[0].dimensions if len(keys) else ():
        values = np.array([key[dimension] for key in keys])
        same = values[rows][:, None] == values[others][None]
        shared += same & (values[others] != UNALLOCATED)
    shared[rows[:, None] == others[None]] = 0
    return shared


def learned_from_siblings(facts: _Array, shared: NDArray[np.int64]) -> _Array:
    """[n, F] mean of the facts [D, F] of others, those that share more [n, D] counting more.

    Shrunk towards the mean over all others; NaN where there are none.
    """
    if not len(facts):
        return np.full((len(shared), facts.shape[1]), np.nan)
    everyone = facts.mean(axis=0)
    learned: _Array = (shared @ facts + _PANEL_SIBLINGS * everyone) / (
        shared.sum(axis=1, keepdims=True) + _PANEL_SIBLINGS
    )
    return learned
