"""The seasonal profile at the end of a history: deviations from the season's own mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.mean import mean_of_last

__all__ = ["less_profile", "profile_strength", "season_profile"]

_Array = NDArray[np.float64]


@compiled
def season_profile(y: _Array, season: int, seasons: int, decay: float) -> _Array:
    """[m] weighted mean over the last `seasons` of (y - season mean); [0] is the next step.

    Weights are decay^age with age in seasons. Zeros where there is no season (m = 1) or less
    than one of history.
    """
    profile = np.zeros(season)
    count = min(seasons, len(y) // season)
    if season <= 1 or count < 1:
        return profile
    weight, weights = 1.0, 0.0
    for age in range(count):
        stop = len(y) - age * season
        mean = mean_of_last(y[:stop], season)
        for phase in range(season):
            profile[phase] += weight * (y[stop - season + phase] - mean)
        weights += weight
        weight *= decay
    for phase in range(season):
        profile[phase] /= weights
    return profile


@compiled
def profile_strength(y: _Array, profile: _Array, seasons: int) -> float:
    """R² of a plain profile, each season predicted by the others' mean; 0 with fewer than two."""
    season = len(profile)
    count = min(seasons, len(y) // season)
    if season <= 1 or count < 2:
        return 0.0
    total, rest = 0.0, 0.0
    for age in range(count):
        stop = len(y) - age * season
        mean = mean_of_last(y[:stop], season)
        for phase in range(season):
            deviation = y[stop - season + phase] - mean
            others = (profile[phase] * count - deviation) / (count - 1)
            total += deviation * deviation
            rest += (deviation - others) * (deviation - others)
    return 1.0 - rest / total if total > 0 else 0.0


@compiled
def less_profile(y: _Array, profile: _Array) -> _Array:
    """`y` [n] less the profile [m], whose first element belongs to the step after the end."""
    n, season = len(y), len(profile)
    rest = np.empty(n)
    phase = (season - n % season) % season
    for t in range(n):
        rest[t] = y[t] - profile[phase]
        phase = phase + 1 if phase + 1 < season else 0
    return rest
