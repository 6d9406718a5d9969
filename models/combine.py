"""How members are mixed: weights per series with a prior of its siblings, and the central mass.

The combination is the largest lever of accuracy: against the plain mean of the pool it was
measured to save 15 % of the error, against the best single member 12 %. Bursty and calm series are
forecast well by different members. A prior per kind, and long windows for bursty series, were
measured to save 8 to 25 % of the error of whole-horizon sums on generated spend, and from 16 % down
to nothing (2 % lost) on real sets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.central_mass import fill_central_mass

__all__ = ["central_mass", "leave_one_out_weights", "log_errors", "member_weights"]

_Array = NDArray[np.float64]

#: Origins' worth of trust in the panel against the series' own errors.
_PRIOR_ORIGINS = 4.0
#: Series' worth of trust in the whole panel against the series of one kind, bursty or calm.
_PANEL_SERIES = 4.0
#: Weight falls with the error to this power.
_POWER = 3.0
#: A member with an error this many times the best one's is out, unless among the best four.
_GATE = 1.5
_KEPT = 4
#: Relative errors are clipped to this range before logarithms.
_CLIP = (0.05, 20.0)
#: Only the mass between this quantile and its mirror image is averaged: 0.35 was measured to be
#: 0.4 % worse (4 % on sparse jobs), 0.45 to be 0.6 % worse on weekly M4.
_TRIM = 0.4


def member_weights(
    errors: _Array,
    burstiness: _Array | None = None,
    long_window: NDArray[np.bool_] | None = None,
    given: _Array | None = None,
) -> _Array:
    """[N, M] weights from mean errors [N, K, M]; NaN where there was no origin.

    L = ln(sum_k E / sum_k median_j E); post = (n L + 4 prior) / (n + 4), n origins;
    w ~ exp(-3 (post - min post)), gated. Without any origin in the panel all weights are equal.

    Parameters
    ----------
    burstiness
        [N] from 0, calm, to 1, bursty (default: all calm). Series learn from siblings like
        themselves: the prior is the mean of L over bursty ones, over calm ones, or in between.
    long_window
        [M] members whose weight is multiplied by the burstiness (default: none).
    given
        [N, M] priors known otherwise (`models.siblings`); NaN = from the panel (default: all).
    """
    bursts = np.zeros(len(errors)) if burstiness is None else burstiness
    logs, origins = log_errors(errors)
    prior = _prior(logs, origins > 0, bursts)
    if given is not None:
        prior = np.where(np.isfinite(given), given, prior)
    count = origins[:, None]
    post = (count * logs + _PRIOR_ORIGINS * prior) / (count + _PRIOR_ORIGINS)
    weights = _gated(post - post.min(axis=1, keepdims=True, initial=np.inf))
    if long_window is not None:
        weights = weights * np.where(long_window, bursts[:, None], 1.0)
    normal: _Array = weights / weights.sum(axis=1, keepdims=True)
    return normal


def log_errors(errors: _Array) -> tuple[_Array, NDArray[np.int64]]:
    """[N, M] L = ln(sum_k E / sum_k median_j E) of errors [N, K, M], and [N] origins behind it.

    An origin counts where every member has an error; L is 0 without one.
    """
    usable: NDArray[np.bool_] = np.all(np.isfinite(errors), axis=2)  # [N, K]
    known = np.where(usable[:, :, None], errors, 0.0)
    reference = np.median(known, axis=2).sum(axis=1)  # [N]
    judged = reference > 0
    ratio = known.sum(axis=1) / np.where(judged, reference, 1.0)[:, None]
    logs = np.log(np.clip(ratio, *_CLIP)) * judged[:, None]
    return logs, usable.sum(axis=1) * judged


def leave_one_out_weights(
    errors: _Array,
    burstiness: _Array | None = None,
    long_window: NDArray[np.bool_] | None = None,
    given: _Array | None = None,
) -> _Array:
    """[N, K, M]: the weights that origin k would have been forecast with, learned without k."""
    n, k, m = errors.shape
    weights = np.empty((n, k, m))
    for left_out in range(k):
        others = np.delete(errors, left_out, axis=1)
        weights[:, left_out] = member_weights(others, burstiness, long_window, given)
    return weights


def central_mass(forecasts: _Array, weights: _Array) -> _Array:
    """[..., H] mean of the middle 20 % of the weight of forecasts [..., M, H], step by step.

    Between weighted median and weighted mean: one wild member moves nothing.
    """
    weight = np.broadcast_to(weights, forecasts.shape[:-1])
    centre = np.empty((*forecasts.shape[:-2], forecasts.shape[-1]))
    if forecasts.ndim > 3:  # one at a time: a view that is not in one piece is never copied whole
        for row in range(len(forecasts)):
            centre[row] = central_mass(forecasts[row], weight[row])
        return centre
    members, steps = forecasts.shape[-2:]
    said = np.require(forecasts, np.float64, ["C", "W"]).reshape(-1, members, steps)
    spread = np.array(weight, dtype=np.float64).reshape(-1, members)
    fill_central_mass(said, spread, _TRIM, centre.reshape(-1, steps))
    return centre


def _prior(logs: _Array, judged: NDArray[np.bool_], burstiness: _Array) -> _Array:
    """[N, M] mean of the logs [N, M] over series as bursty, each kind shrunk to the panel's."""
    panel = logs.sum(axis=0) / max(int(judged.sum()), 1)
    kinds = np.stack([burstiness, 1.0 - burstiness], axis=1)  # [N, 2]
    share = kinds * judged[:, None]
    count = share.sum(axis=0)[:, None]
    means = (share.T @ logs + _PANEL_SERIES * panel) / (count + _PANEL_SERIES)
    prior: _Array = kinds @ means
    return prior


def _gated(distance: _Array) -> _Array:
    """[N, M] exp(-3 d) of the members within the gate or among the best four, 0 of the others."""
    fourth = np.sort(distance, axis=1)[:, [min(_KEPT, distance.shape[1]) - 1]]
    inside = distance <= np.maximum(np.log(_GATE), fourth) + 1e-12
    return np.where(inside, np.exp(-_POWER * distance), 0.0)
