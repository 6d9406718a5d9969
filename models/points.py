"""What a recipe says of a panel: points at past origins and now, and what was done to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Points", "Revision", "plain_points"]

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """Forecasts of N series at K past origins and now, H steps each.

    Parameters
    ----------
    left_out
        [N, K, H] at past origins, nothing learned from the origin itself; NaN = none.
    mean
        [N, H] from the end of the panel.
    size
        [N, H] what errors grow with, 1 where nothing is known of it: a price that doubles doubles
        them, and where nothing can be spent there are none.
    notes
        [N] in plain words, what was done besides combining the pool; "" = nothing.
    """

    left_out: _Array
    mean: _Array
    size: _Array
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        n, h = self.mean.shape
        if self.size.shape != (n, h) or len(self.notes) != n:
            raise ValueError(f"got sizes {self.size.shape}, {len(self.notes)} notes, {n} series")
        if self.left_out.shape[0] != n or self.left_out.shape[2] != h:
            raise ValueError(f"got past points {self.left_out.shape}, wanted ({n}, K, {h})")


#: Points in, better points out, or the same ones where the backtest does not say better.
Revision = Callable[[Points], Points]


def plain_points(left_out: _Array, mean: _Array) -> Points:
    """Points as the combination of the pool leaves them."""
    return Points(left_out, mean, np.ones_like(mean), ("",) * len(mean))
