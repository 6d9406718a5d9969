"""Which of two ways to forecast a series: the one its own past and its panel's say is not worse.

Each origin's own choice is made without it, so that what is measured there is honest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.losses import member_losses

__all__ = ["Contest", "contest"]

_Array = NDArray[np.float64]
_Flags = NDArray[np.bool_]

#: Origins' worth of trust in the panel against the series' own errors, as in `models.combine`.
_PRIOR_ORIGINS = 4.0
#: Ratios of losses are clipped to this range before logarithms.
_CLIP = (0.05, 20.0)


@dataclass(frozen=True)
class Contest:
    """Whether the challenger is taken.

    Parameters
    ----------
    now
        [N] from all origins.
    left_out
        [N, K] at an origin, from the others.
    """

    now: _Flags
    left_out: _Flags


def contest(
    champion: _Array,
    challenger: _Array,
    actual: _Array,
    burstiness: _Array,
    *,
    margin: float = 0.0,
    alone: bool = False,
) -> Contest:
    """Compare forecasts [N, K, H] with the truth (NaN = none of either).

    L = ln(sum_k challenger's loss / sum_k champion's) over the n origins where both have one; the
    challenger is taken where (n L + 4 prior) / (n + 4) <= -margin, prior the mean of L over series.
    With `alone` the prior is 0: what helps the siblings must prove itself on the series. The loss
    is the one that members are weighed by. Without any origin in common: not taken.
    """
    both = np.stack([champion, challenger], axis=2)
    losses = member_losses(both, actual, burstiness)
    usable: _Flags = np.all(np.isfinite(losses), axis=2)
    known = np.where(usable[:, :, None], losses, 0.0)
    whole, count = known.sum(axis=1), usable.sum(axis=1)
    left_out = np.empty(usable.shape, dtype=np.bool_)
    for k in range(usable.shape[1]):
        left_out[:, k] = _taken(whole - known[:, k], count - usable[:, k], margin, alone)
    return Contest(_taken(whole, count, margin, alone), left_out)


def _taken(losses: _Array, count: NDArray[np.int64], margin: float, alone: bool) -> _Flags:
    """[N] from sums of losses [N, 2] over `count` [N] origins."""
    judged = (count > 0) & (losses[:, 0] > 0)
    ratio = losses[:, 1] / np.where(judged, losses[:, 0], 1.0)
    logs = np.log(np.clip(ratio, *_CLIP)) * judged
    own = count * judged
    prior = 0.0 if alone else logs.sum() / max(int(judged.sum()), 1)
    post = (own * logs + _PRIOR_ORIGINS * prior) / (own + _PRIOR_ORIGINS)
    taken: _Flags = judged & (post <= -margin)
    return taken
