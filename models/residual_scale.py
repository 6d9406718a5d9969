"""The size of each series' errors, from its own origins and a rule for those with few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.metrics import mean_absolute

__all__ = ["ResidualScale", "reference_size", "residual_scale"]

_Array = NDArray[np.float64]

#: Origins' worth of trust in the panel's ratio of error to reference size.
_PRIOR_ORIGINS = 2.0
#: The ratio where no origin was ever measured: what generated and real daily spend showed.
_USUAL_RATIO = 0.25
#: Seasons of history that make the reference size.
_SEASONS = 4


@dataclass(frozen=True)
class ResidualScale:
    """Scales in units of the measure.

    Parameters
    ----------
    whole
        [N] from all origins: for the future.
    left_out
        [N, K] from all origins but k: for the residual of k.
    """

    whole: _Array
    left_out: _Array


def reference_size(y: _Array, season: int) -> float:
    """0.5 mean|y| + 0.5 mean|y[t] - y[t-1]| over the last four seasons; 0 for no history."""
    recent = y[-_SEASONS * max(season, 4) :]
    if not len(recent):
        return 0.0
    change = np.abs(np.diff(recent)).mean() if len(recent) > 1 else 0.0
    return float(0.5 * np.abs(recent).mean() + 0.5 * change)


def residual_scale(
    residual: _Array, reference: _Array, given: _Array | None = None
) -> ResidualScale:
    """Scales of residuals [N, K, H] with reference sizes [N].

    s_i = (sum_k MAE_ik + 2 c ref_i) / (n_i + 2), c = median of MAE / ref over the panel, or what is
    `given` for a series [N] (NaN = the panel's).
    """
    mae = mean_absolute(residual)
    known = np.isfinite(mae) & (reference > 0)[:, None]
    ratio = mae[known] / np.broadcast_to(reference[:, None], mae.shape)[known]
    usual = np.full(len(reference), np.median(ratio) if len(ratio) else _USUAL_RATIO)
    if given is not None:
        usual = np.where(np.isfinite(given), given, usual)
    prior = _PRIOR_ORIGINS * usual * reference
    own = np.where(known, mae, 0.0)
    count = known.sum(axis=1)
    total = own.sum(axis=1) + prior
    return ResidualScale(
        whole=total / (count + _PRIOR_ORIGINS),
        left_out=(total[:, None] - own) / (count[:, None] - known + _PRIOR_ORIGINS),
    )
