"""Whether zeros before the first amount belong to the history: on sparse series they do.

A series that is zero now and then was measured to be forecast better when the zeros before its
first amount count as history (without them a series looks busy that has just woken up: 34 % of the
error of sparse GPU jobs, 2 % of LLM tokens), a steady one begins with its first amount.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.kernels.early_zeros import fill_zero_counts

__all__ = ["keeps_early_zeros", "typical_zero_shares"]

_Array = NDArray[np.float64]

#: Share of zeros from which a series is sparse: 0.05 to 0.2 were measured to be alike, 0.3 to be
#: worse.
_SPARSE = 0.1
#: What is usual in a panel is told by its series of this many seasons and more: 2 and 4 were
#: measured to be alike. The panel's median in place of its mean was measured to hang on the
#: share above: half of the series are sparse, or nearly so, on some panels.
_OLD_SEASONS = 4
#: A series is judged by its own zeros from this many steps on, a younger one by its panel: 3 to 96
#: hours were measured to be alike, the first one alone 29 % worse on sparse jobs. So a steady
#: newcomer of a sparse panel is soon steady.
_OWN_STEPS = 3


def typical_zero_shares(values: _Array, columns: Sequence[int], season: int) -> _Array:
    """[C] mean share of zeros, over the series [N, T] that are four seasons old at a column.

    Over all that have begun where none is that old; 0 where none has begun. Series that fell silent
    (`models.gaps.ended`) do not count.
    """
    share, seen = _zero_shares(values, columns, season)
    begun, old = seen > 0, seen >= _OLD_SEASONS * season
    typical = np.zeros(len(columns))
    for place in range(len(columns)):
        chosen = old[:, place] if old[:, place].any() else begun[:, place]
        if chosen.any():
            typical[place] = share[chosen, place].mean()
    return typical


def keeps_early_zeros(
    values: _Array, columns: Sequence[int], season: int, typical: _Array | None = None
) -> NDArray[np.bool_]:
    """[N, C] whether the history that ends at a column begins with the first observed zero.

    Else it begins with the first amount. Nothing from a column on is looked at.

    Parameters
    ----------
    values
        [N, T], NaN = not observed.
    typical
        [C] `typical_zero_shares` of the panel these series are of (default: of themselves).
    """
    share, seen = _zero_shares(values, columns, season)
    usual = typical_zero_shares(values, columns, season) if typical is None else typical
    judged = np.where(seen >= _OWN_STEPS, share, usual)
    keeps: NDArray[np.bool_] = (seen > 0) & (judged >= _SPARSE)
    return keeps


def _zero_shares(
    values: _Array, columns: Sequence[int], season: int
) -> tuple[_Array, NDArray[np.int64]]:
    """[N, C] share of zeros since the first amount, and steps observed since.

    0 and 0 of a series that has not begun or fell silent.
    """
    zeros = np.empty((len(values), len(columns)), dtype=np.int64)
    seen = np.empty_like(zeros)
    rows = np.require(values, np.float64, ["C", "W"])
    fill_zero_counts(rows, np.array(columns, dtype=np.int64), season, zeros, seen)
    return zeros / np.maximum(seen, 1), seen
