"""A recent seasonal profile on a smoothed level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.profile import deseasonalise, season_profile
from models.smoothing import smooth_level

__all__ = ["profile_on_level"]

#: Seasons in the profile, and how much less each older one weighs.
_SEASONS = 12
_DECAY = 0.85


def profile_on_level(y: NDArray[np.float64], season: int, horizon: int) -> NDArray[np.float64]:
    """[H] ETS(A,N,N) of the deseasonalised history plus the profile of its last seasons."""
    profile = season_profile(y, season, seasons=_SEASONS, decay=_DECAY)
    level = smooth_level(deseasonalise(y, profile)).forecast(horizon)
    forecast: NDArray[np.float64] = level + profile[np.arange(horizon) % len(profile)]
    return forecast
