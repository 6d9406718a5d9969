"""A recent seasonal profile on a smoothed level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.level_smoothing import smoothed_level
from models.kernels.log_scale import from_logs, log_offset, to_logs
from models.kernels.season_profile import less_profile, season_profile

__all__ = ["log_profile_level", "profile_level"]

_Array = NDArray[np.float64]

#: Seasons in the profile, and how much less each older one weighs.
_SEASONS = 12
_DECAY = 0.85


@compiled
def profile_level(y: _Array, season: int, out: _Array) -> bool:
    """Fill `out` with ETS(A,N,N) of the deseasonalised history plus its last seasons' profile."""
    profile = season_profile(y, season, _SEASONS, _DECAY)
    level = smoothed_level(less_profile(y, profile))[0]
    for h in range(len(out)):
        out[h] = level + profile[h % season]
    return True


@compiled
def log_profile_level(y: _Array, season: int, out: _Array) -> bool:
    """As `profile_level`, on logarithms where they make sense: weekends are a share."""
    offset = log_offset(y)
    if offset <= 0:
        return profile_level(y, season, out)
    logs = to_logs(y, offset)
    profile_level(logs, season, out)
    from_logs(out, logs, offset)
    return True
