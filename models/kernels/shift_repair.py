"""A fresh lasting change of the level: what came before it is brought to the new level."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.kernels.compiled import compiled
from models.kernels.mean import mean_of_last
from models.kernels.median import median_of
from models.kernels.season_profile import less_profile

__all__ = ["repair_shift"]

_Array = NDArray[np.float64]

#: Steps of a day, and of a week, by which hourly and daily series are known.
_HOURS, _WEEKDAYS = 24, 7
#: Weeks that make the weekday profile.
_WEEKS = 8
#: Days looked at, and days a level holds at least.
_DAYS = 60
_SHORTEST = 3
#: A split is a shift from this many standard errors ...
_CLEAR = 5.0
#: ... and this share of the smaller of both levels, medians over so many days.
_LARGE = 0.5
_LEVEL_DAYS = 28
#: An older shift is left to the members: repaired, it was measured to cost 8 %.
_OLDEST_DAYS = 14
#: Ratio of both levels, at most and at least.
_MOST, _LEAST = 20.0, 0.05


@compiled
def repair_shift(y: _Array, season: int) -> _Array:
    """`y` [n], everything before a shift of the last 14 days multiplied by the levels' ratio.

    For hourly (season 24: means of 24 hours) and daily series (season 7: less their weekdays).
    Others are returned as they are, and so are those around a level that is not positive. The last
    of all shifts counts: the newer part of every split is searched again.
    """
    if season not in (_HOURS, _WEEKDAYS):
        return y
    steps = _HOURS if season == _HOURS else 1
    days = _daily(y, season)
    start, ratio = max(len(days) - _DAYS, 0), 1.0
    shift = -1
    while True:
        split = _best_split(days, start)
        if split < 0:
            break
        found = _ratio(days, split)
        if found == 0:
            break
        shift, ratio, start = split, found, split
    if shift < 0 or len(days) - shift > _OLDEST_DAYS:
        return y
    repaired = y.copy()
    for t in range(len(y) - (len(days) - shift) * steps):
        repaired[t] *= ratio
    return repaired


@compiled
def _daily(y: _Array, season: int) -> _Array:
    """Days, the last of which ends where `y` ends, without what repeats within a week or a day."""
    if season == _WEEKDAYS:
        return less_profile(y, _weekdays(y))
    count = len(y) // _HOURS
    days = np.empty(count)
    for day in range(count):
        days[day] = mean_of_last(y[: len(y) - (count - 1 - day) * _HOURS], _HOURS)
    return days


@compiled
def _weekdays(y: _Array) -> _Array:
    """[7] median over the last weeks of y less the week's mean; [0] is the next day.

    Not the mean: a shift of a few days is large on their weekdays, and would explain itself away.
    """
    weeks = min(_WEEKS, len(y) // _WEEKDAYS)
    usual, same = np.zeros(_WEEKDAYS), np.empty(weeks)
    for day in range(_WEEKDAYS if weeks > 0 else 0):
        for week in range(weeks):
            stop = len(y) - week * _WEEKDAYS
            same[week] = y[stop - _WEEKDAYS + day] - mean_of_last(y[:stop], _WEEKDAYS)
        usual[day] = median_of(same)
    return usual


@compiled
def _best_split(days: _Array, start: int) -> int:
    """First day of the newer part with the clearest difference of means; -1 = none is clear.

    |difference| / (sd sqrt(1/a + 1/b)), sd the larger of 1.05 median |dx| and 0.5 mean |dx|.
    """
    count = len(days) - start
    if count < 2 * _SHORTEST:
        return -1
    change = np.empty(count - 1)
    whole, older = days[start], 0.0
    for day in range(count - 1):
        change[day] = abs(days[start + day + 1] - days[start + day])
        whole += days[start + day + 1]
    spread = max(0.5 * mean_of_last(change, count), 1.05 * median_of(change))
    best, clearest = -1, _CLEAR * spread
    for before in range(1, count - _SHORTEST + 1):
        older += days[start + before - 1]
        after = count - before
        difference = abs((whole - older) / after - older / before)
        clear = difference / math.sqrt(1.0 / before + 1.0 / after)
        if before >= _SHORTEST and clear > clearest:
            best, clearest = start + before, clear
    return best


@compiled
def _ratio(days: _Array, split: int) -> float:
    """Level after over level before the split; 0 where they are alike or make no ratio."""
    before = median_of(days[max(split - _LEVEL_DAYS, 0) : split].copy())
    after = median_of(days[split : split + _LEVEL_DAYS].copy())
    smaller = min(before, after)
    if smaller <= 0 or abs(after - before) < _LARGE * smaller:
        return 0.0
    return min(max(after / before, _LEAST), _MOST)
