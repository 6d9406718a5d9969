"""Which season a history is long enough for."""

from __future__ import annotations

from models.kernels.compiled import compiled

__all__ = ["fitted_season", "flat_window", "longest_season", "whole_season"]

#: Steps of a flat window where there is no season.
_WINDOW = 4


@compiled
def whole_season(n: int, season: int) -> int:
    """Return the season, 1 where there is not one of history: what a repetition needs."""
    return season if n >= season else 1


@compiled
def fitted_season(n: int, season: int) -> int:
    """Return the season, 1 below two of history and two steps: what a fit needs."""
    return season if n >= 2 * season + 2 else 1


@compiled
def longest_season(n: int, season: int, second: int) -> int:
    """Return the longest season of which there is a whole one; `second` 1 = none."""
    return second if second > 1 and n >= second else whole_season(n, season)


@compiled
def flat_window(season: int) -> int:
    """Steps of a season, or four without one."""
    return season if season > 1 else _WINDOW
