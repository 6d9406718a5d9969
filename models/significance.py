"""How unusual a value is among many: pooled conformal p-values, with numpy only.

The 60 to 180 days of one series cannot resolve p < 1/60, so a value is ranked among the replayed
values of all series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pool", "p_values", "pool", "surprise"]

#: The largest values are kept one by one; a pool of any size needs no more to rank the tail.
_TAIL = 20_000
#: Of the smaller ones as many are kept, evenly spaced in rank.
_BODY = 20_000


@dataclass(frozen=True)
class Pool:
    """Calibration values, sorted, each with how many of all values are at least as large.

    Parameters
    ----------
    values
        [K] ascending.
    at_least
        [K] number of pooled values >= `values[k]`.
    total
        Number of pooled values (K or more: the body of a large pool is thinned).
    """

    values: NDArray[np.float64]
    at_least: NDArray[np.int64]
    total: int


def pool(values: NDArray[np.float64]) -> Pool:
    """Pool of the finite ones among these values."""
    ordered = np.sort(values[np.isfinite(values)], axis=None)
    body = max(len(ordered) - _TAIL, 0)
    thin = np.linspace(0, body, min(body, _BODY), endpoint=False).astype(np.intp)
    kept = np.r_[thin, np.arange(body, len(ordered))]
    # ties count as at least as large (>=): otherwise a constant series would alarm
    at_least = len(ordered) - np.searchsorted(ordered, ordered[kept], side="left")
    return Pool(ordered[kept], at_least.astype(np.int64), len(ordered))


def p_values(known: Pool, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Conformal p = (1 + #{pooled >= value}) / (total + 1), NaN for NaN and for an empty pool.

    Exact among the largest 20,000 of the pool; below, where no alert is decided, the count may miss
    the values between two kept ones. (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random
    World", 2005.)
    """
    if known.total == 0:
        return np.full(np.shape(values), np.nan)
    place = np.searchsorted(known.values, values, side="left")
    count = np.append(known.at_least, 0)[place]
    return np.where(np.isfinite(values), (1.0 + count) / (known.total + 1.0), np.nan)


def surprise(known: Pool, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """-ln p, plus ln(value / pooled maximum) beyond the maximum so that order is kept there."""
    p = p_values(known, values)
    if known.total == 0:
        return p
    top = known.values[-1]
    if top <= 0:
        return -np.log(p)
    with np.errstate(invalid="ignore"):
        beyond = np.where(values > top, values / top, 1.0)
    return -np.log(p) + np.log(beyond)
