"""Which of a night's tests are discoveries: the false discovery rate is held. numpy only.

A night tests every series once. At p < 0.01 each, ten thousand quiet series make a hundred alarms;
what is held instead is the expected share of false ones among those reported.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Dependence", "discoveries", "q_values"]

#: How the tests of a night may hang together. "positive": independent, or strange together (a
#: price change moves many series the same way): Benjamini and Hochberg. "any": Benjamini and
#: Yekutieli, dearer by the factor 1 + 1/2 + ... + 1/m.
Dependence = Literal["positive", "any"]


def q_values(
    p_value: NDArray[np.float64], *, dependence: Dependence = "positive"
) -> NDArray[np.float64]:
    """Smallest false discovery rate at which each test would be a discovery of its night.

    q of the i-th smallest of m: min over j >= i of p_(j) m / j, at most 1 (Benjamini and Hochberg,
    "Controlling the false discovery rate", 1995; Benjamini and Yekutieli, 2001). It needs p-values
    fine enough: among m tests a lone one is found at rate r only if its p can be r / m or less, so
    pooled ranks of many series' days and not the ranks of one series.

    Parameters
    ----------
    p_value
        [N] or [N, T]: every column is a night of its own. NaN = not tested, and not counted.

    Returns
    -------
    NDArray[np.float64]
        Of the same shape; NaN where not tested.

    Examples
    --------
    >>> q_values(np.array([0.001, 0.5, 0.02, np.nan])).round(3)
    array([0.003, 0.5  , 0.03 ,   nan])
    """
    if not p_value.size:
        return np.full(p_value.shape, np.nan)
    nights = p_value.reshape(len(p_value), -1)
    order = np.argsort(nights, axis=0)  # NaN last
    ordered = np.take_along_axis(nights, order, axis=0)
    tests = np.isfinite(nights).sum(axis=0)
    rank = np.arange(1, len(nights) + 1)[:, None]
    raised = np.where(np.isfinite(ordered), ordered * tests / rank, np.inf)
    if dependence == "any":
        raised *= _harmonic(tests)
    lowest = np.minimum.accumulate(raised[::-1], axis=0)[::-1]
    q = np.empty_like(nights)
    np.put_along_axis(q, order, np.minimum(lowest, 1.0), axis=0)
    return np.where(np.isfinite(nights), q, np.nan).reshape(p_value.shape)


def discoveries(
    p_value: NDArray[np.float64], *, rate: float, dependence: Dependence = "positive"
) -> NDArray[np.bool_]:
    """Tests that may be reported at a false discovery rate, night by night (columns).

    Raises ValueError for a rate outside (0, 1].
    """
    if not 0.0 < rate <= 1.0:
        raise ValueError(f"got a false discovery rate of {rate}, wanted one in (0, 1]")
    found: NDArray[np.bool_] = (
        np.nan_to_num(q_values(p_value, dependence=dependence), nan=2) <= rate
    )
    return found


def _harmonic(tests: NDArray[np.int64]) -> NDArray[np.float64]:
    """1 + 1/2 + ... + 1/m for each m, 1 for no tests."""
    most = max(int(tests.max(initial=0)), 1)
    sums = np.cumsum(1.0 / np.arange(1, most + 1))
    return np.asarray(sums[np.maximum(tests, 1) - 1])
