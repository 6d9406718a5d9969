"""How use moves from day to day: growth, launches, weeks, month ends, holidays, noise.

Every function returns factors [T] on a level; their product is the use of a series.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from costcast.world.calendar import DAYS, DAYS_COUNT, LAST_DAY, date_at, index_of
from costcast.world.teams import Team

__all__ = ["Factors", "growth", "launch", "noise", "period", "rhythm"]

Factors = NDArray[np.float64]

_DAYS_A_YEAR = 365.25
#: Days from the launch of a service to half its use, and how abrupt the rise is.
_HALF_WAY, _STEEPNESS = 14.0, 4.0
# The slow wander of a level and the memory of a busy day, as AR(1) coefficients.
_SLOW, _SHORT = 0.985, 0.45
#: Degrees of freedom of the daily shocks: heavier tails than normal, yet with a variance.
_SHOCK_FREEDOM = 5
_SHOCK_LIMIT = 4.0


def growth(rate: float) -> Factors:
    """Exponential growth at a logarithmic rate a year, 1 at the end of the history."""
    age = (DAYS - np.datetime64(LAST_DAY, "D")).astype(np.int64)
    factors: Factors = np.exp(rate * age / _DAYS_A_YEAR)
    return factors


def launch(since: date, until: date | None = None) -> Factors:
    """Logistic take-up from a day on; zero before, and after the day use stops."""
    if index_of(since) == 0:
        factors = np.ones(DAYS_COUNT)
    else:
        age = (DAYS - np.datetime64(since, "D")).astype(np.float64)
        factors = np.where(age >= 0, 1 / (1 + np.exp((_HALF_WAY - age) / _STEEPNESS)), 0.0)
    if until is not None:
        factors[index_of(until) :] = 0.0
    return factors


def period(start: date, end: date, factor: float) -> Factors:
    """Straight way from 1 to `factor` within a window, `factor` ever after."""
    return np.interp(np.arange(DAYS_COUNT), [index_of(start), index_of(end)], [1.0, factor])


def rhythm(team: Team, strength: float = 1.0) -> Factors:
    """Weekday, month end, holidays and the November sales of a team."""
    factors = np.empty(DAYS_COUNT)
    for column in range(DAYS_COUNT):
        day = date_at(column)
        factors[column] = team.week[day.weekday()] * _season(team, day)
    return factors**strength


def _season(team: Team, day: date) -> float:
    factor = 1.0
    if day.day == 1 or (day.month != _next(day, 2).month):
        factor *= team.month_end
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1):
        factor *= team.holidays
    if date(day.year, 11, 24) <= day <= date(day.year, 12, 1):
        factor *= team.peak
    return factor


def _next(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


def noise(rng: np.random.Generator, deviation: float) -> Factors:
    """Log-normal noise: a slow wander, busy days that last, heavy-tailed shocks; mean near 1."""
    shocks = np.clip(rng.standard_t(_SHOCK_FREEDOM, DAYS_COUNT), -_SHOCK_LIMIT, _SHOCK_LIMIT)
    slow = _autoregression(rng.normal(size=DAYS_COUNT), _SLOW)
    short = _autoregression(rng.normal(size=DAYS_COUNT), _SHORT)
    # Shares of the three in the variance of the logarithm; shocks have variance 5/3 before.
    logarithm = 0.8 * shocks / np.sqrt(5 / 3) + 0.6 * short + (0.5 + 0.02 / deviation) * slow
    factors: Factors = np.exp(deviation * logarithm - deviation**2 / 2)
    return factors


def _autoregression(shocks: NDArray[np.float64], memory: float) -> NDArray[np.float64]:
    """Stationary AR(1) series of unit variance."""
    values = np.empty_like(shocks)
    last = shocks[0]
    for column, shock in enumerate(shocks):
        last = shock if column == 0 else memory * last + np.sqrt(1 - memory**2) * shock
        values[column] = last
    return values
