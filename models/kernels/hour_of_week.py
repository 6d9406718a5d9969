"""Two seasons on a smoothed level: the day's profile, and how each hour of the week is off it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.level_smoothing import smoothed_level
from models.kernels.profile_level import profile_level
from models.kernels.season_profile import less_profile, season_profile

__all__ = ["hour_of_week"]

_Array = NDArray[np.float64]

#: Short and long seasons in the profiles.
_SEASONS = 12
_SECOND_SEASONS = 6


@compiled
def hour_of_week(y: _Array, season: int, second: int, out: _Array) -> bool:
    """Profile of the season, plus k/(k+1) of the second season's deviation from it, on ETS(A,N,N).

    k is the number of second seasons it is measured on, at most six: one week proves little. As
    `profile_level` where there are fewer than two, or the second is no multiple of the first.
    """
    count = min(_SECOND_SEASONS, len(y) // second)
    if season <= 1 or second <= season or second % season or count < 2:
        return profile_level(y, season, out)
    short = season_profile(y, season, _SEASONS, 1.0)
    profile = season_profile(y, second, _SECOND_SEASONS, 1.0)
    trust = count / (count + 1.0)
    for phase in range(second):
        usual = short[phase % season]
        profile[phase] = usual + trust * (profile[phase] - usual)
    level = smoothed_level(less_profile(y, profile))[0]
    for h in range(len(out)):
        out[h] = level + profile[h % second]
    return True
