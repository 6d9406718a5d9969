"""How unusual a value is among those before it: conformal p-values that need no distribution."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled

__all__ = ["running_surprise"]

#: The largest surprise of a row that is stranger than all before it, whenever it comes.
LARGEST = 8.0


@compiled
def running_surprise(values: NDArray[np.float64], start: int) -> NDArray[np.float64]:
    """-ln p of each value among those before it, for the rows from `start`, [n - start].

    p_t = (1 + #{s < t: a_s >= a_t}) / (t + 1) (Vovk, Gammerman and Shafer, "Algorithmic Learning in
    a Random World", 2005). The largest attainable -ln p is ln(t + 1): divided by ln(t + 2) / 8, so
    that one threshold holds for short and for long series. Ties count as at least as large,
    otherwise a constant series would alarm.

    Counted with a Fenwick tree over the ranks of all values, which tell no more than the order.
    """
    rows = len(values)
    distinct = np.unique(values)
    rank = np.searchsorted(distinct, values)
    tree = np.zeros(len(distinct) + 1, np.int64)
    surprise = np.zeros(max(rows - start, 0))
    for t in range(rows):
        if t >= start:
            below = 0
            place = rank[t]
            while place > 0:
                below += tree[place]
                place &= place - 1
            p = (1 + t - below) / (t + 1)
            surprise[t - start] = -math.log(p) * LARGEST / math.log(t + 2.0)
        place = rank[t] + 1
        while place <= len(distinct):
            tree[place] += 1
            place += place & -place
    return surprise
