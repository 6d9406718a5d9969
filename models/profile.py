"""The seasonal profile at the end of a history: deviations from the season's own mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["deseasonalise", "profile_strength", "season_profile"]

_Array = NDArray[np.float64]


def season_profile(y: _Array, season: int, *, seasons: int, decay: float = 1.0) -> _Array:
    """[m] weighted mean over the last `seasons` of (y - season mean); [0] is the next step.

    Weights are decay^age with age in seasons. Zeros where there is no season (m = 1) or less
    than one of history.
    """
    deviations = _deviations(y, season, seasons)
    if deviations is None:
        return np.zeros(season)
    weights = decay ** np.arange(len(deviations))
    profile: _Array = weights @ deviations / weights.sum()
    return profile


def profile_strength(y: _Array, season: int, *, seasons: int) -> float:
    """R² of the profile, each season predicted by the mean of the others; 0 with fewer than two."""
    deviations = _deviations(y, season, seasons)
    if deviations is None or len(deviations) < 2:
        return 0.0
    others = (deviations.sum(axis=0) - deviations) / (len(deviations) - 1)
    total = float((deviations**2).sum())
    return 0.0 if total <= 0 else 1.0 - float(((deviations - others) ** 2).sum()) / total


def deseasonalise(y: _Array, profile: _Array) -> _Array:
    """`y` [n] less the profile [m], whose first element belongs to the step after the end."""
    rest: _Array = y - profile[np.arange(-len(y), 0) % len(profile)]
    return rest


def _deviations(y: _Array, season: int, seasons: int) -> _Array | None:
    """[k, m] latest season first, each less its mean."""
    count = min(seasons, len(y) // season)
    if season <= 1 or count < 1:
        return None
    latest = y[len(y) - count * season :].reshape(count, season)[::-1]
    deviations: _Array = latest - latest.mean(axis=1, keepdims=True)
    return deviations
