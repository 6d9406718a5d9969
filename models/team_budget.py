"""No team gets more than so many alerts in any seven days: the strongest of a night come first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.alerting import AlertMemory
from models.daily_state import NEVER

__all__ = ["within_team_budget"]

_WEEK_DAYS = 7


def within_team_budget(
    score: NDArray[np.float64],
    candidates: NDArray[np.bool_],
    teams: Sequence[str],
    most: int,
) -> NDArray[np.bool_]:
    """Days [N, T] that start an incident and that their team still has room for.

    Night by night, with what was told before it. A day that is held back starts no cool-down: what
    is still strange when there is room again is told then.

    Parameters
    ----------
    score
        [N, T] higher = stranger.
    candidates
        [N, T] days that would be told but for the cool-down of their series and this budget.
    teams
        [N] team of each series.
    most
        Alerts of a team in seven days.

    Examples
    --------
    >>> score = np.array([[5.0], [7.0]])
    >>> within_team_budget(score, score > 1, ["ads", "ads"], most=1).T
    array([[False,  True]])
    """
    series, days = score.shape
    names, team_of = np.unique(np.array(teams, dtype=str), return_inverse=True)
    alerts = np.zeros((series, days), np.bool_)
    told = np.zeros((len(names), days), np.int64)
    memory = AlertMemory(np.full(series, NEVER, np.int64), np.zeros(series))
    for day in range(days):
        spent = told[:, max(day - _WEEK_DAYS + 1, 0) : day].sum(axis=1)
        asking = np.flatnonzero(candidates[:, day] & memory.allows(score[:, day]))
        for row in asking[np.argsort(-score[asking, day], kind="stable")]:
            team = team_of[row]
            if spent[team] + told[team, day] < most:
                alerts[row, day] = True
                told[team, day] += 1
        memory = memory.after(score[:, day], alerts[:, day])
    return alerts
