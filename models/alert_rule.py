"""Which days are told, as people set it: floors, budgets per series and per team, and their days.

One rule for the fit, the simulation and the bench, so that a simulated setting does what it will do
once it is set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.alerting import incident_alerts, solve_threshold, worth_telling
from models.false_discovery import discoveries
from models.team_budget import within_team_budget

__all__ = ["QUARTER_DAYS", "WEEK_DAYS", "AlertRule"]

#: Days of a quarter and of a week, the units of the alert budgets.
QUARTER_DAYS = 365.25 / 4
WEEK_DAYS = 7.0
#: The threshold is solved for this share of a budget: on days and series it was not solved on it
#: lets through about a fifth more.
_BUDGET_SHARE = 0.8

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class AlertRule:
    """What a score has to be, and be about, to be told.

    Parameters
    ----------
    alerts_per_series_and_quarter
        Most alerts of the replay, on average over all scored days.
    floor_amount, floor_share
        Only days at least this amount (in the unit of the measure) and this share of the expected
        away from the expected are told. The score does not know the floors.
    alerts_per_team_and_week
        Most alerts of any team in any seven days, the strongest first; and of all teams on average
        over the replay. None = no such budget.
    false_discovery_rate
        Only discoveries of their night at this rate are told (`models.false_discovery`). None =
        the budgets alone decide.
    """

    alerts_per_series_and_quarter: float = 1.0
    floor_amount: float = 20.0
    floor_share: float = 0.25
    alerts_per_team_and_week: int | None = None
    false_discovery_rate: float | None = None

    def __post_init__(self) -> None:
        rate, most = self.false_discovery_rate, self.alerts_per_team_and_week
        if rate is not None and not 0.0 < rate <= 1.0:
            raise ValueError(f"got a false discovery rate of {rate}, wanted one in (0, 1]")
        if most is not None and most < 1:
            raise ValueError(f"got {most} alerts per team and week, wanted at least 1")

    def tellable(
        self,
        actual: _Array,
        expected: _Array,
        upper: _Array,
        p_value: _Array,
        support: NDArray[np.int8] | None = None,
    ) -> NDArray[np.bool_]:
        """[N, T] days that may be told, however high the threshold; False where not scored.

        Parameters
        ----------
        upper
            End of the interval of ordinary days.
        p_value
            Of the score among the pooled ones; every column is a night's tests.
        support
            What usage says of the days (`models.support`); None = it is not known.
        """
        floors = self.floor_amount, self.floor_share
        told = worth_telling(actual, expected, upper, floors, support)
        if self.false_discovery_rate is None:
            return told
        return told & discoveries(p_value, rate=self.false_discovery_rate)

    def threshold(self, score: _Array, tellable: NDArray[np.bool_], teams: Sequence[str]) -> float:
        """Smallest threshold whose replay keeps within both budgets on average.

        Parameters
        ----------
        teams
            [N] team of each series.
        """
        scored = np.isfinite(score)
        most = self.alerts_per_series_and_quarter * scored.sum() / QUARTER_DAYS
        if self.alerts_per_team_and_week is not None:
            weeks = _team_days(scored, teams) / WEEK_DAYS
            most = min(most, self.alerts_per_team_and_week * weeks)
        return solve_threshold(score, tellable, most_alerts=_BUDGET_SHARE * most)

    def alerts(
        self, score: _Array, tellable: NDArray[np.bool_], threshold: float, teams: Sequence[str]
    ) -> NDArray[np.bool_]:
        """[N, T] days that are told."""
        if self.alerts_per_team_and_week is None:
            return incident_alerts(score, tellable, threshold)
        candidates = tellable & (np.nan_to_num(score, nan=-np.inf) >= threshold)
        return within_team_budget(score, candidates, teams, self.alerts_per_team_and_week)


def _team_days(scored: NDArray[np.bool_], teams: Sequence[str]) -> float:
    """Days on which a team had anything scored, summed over teams."""
    names = np.array(teams)
    return float(sum(scored[names == name].any(axis=0).sum() for name in set(teams)))
