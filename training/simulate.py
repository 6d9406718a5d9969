"""What would have been told in the last days under other settings: one replay, many rules.

Features and forests of a day come from earlier days as always; the ranks and the threshold from the
days before the window. So every row says what a team that had set it that way would have got.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from insights.detection_truth import DetectionScore
from insights.labels import Labels
from ledger.panel import Panel
from ledger.problems import BadInput
from models.alert_rule import WEEK_DAYS, AlertRule
from models.detectors.kinds import DetectorKind
from models.usage import Usage
from models.usage_trace import evidence_of
from training.detect import teams_of
from training.engines import Progress
from training.judged import Judged, judge
from training.replay import Replay, replay_panel
from training.young import score_young_days

__all__ = ["BUDGETS", "SimulatedRule", "rules_around", "simulate"]

#: Alerts per series and quarter that a simulation compares.
BUDGETS = (0.1, 0.25, 0.5, 1.0, 2.0)
#: Floors that it compares, in multiples of those that are set.
_FLOORS = (0.0, 1.0, 5.0)


@dataclass(frozen=True)
class SimulatedRule:
    """What one rule would have told.

    Parameters
    ----------
    rule
        The settings.
    threshold
        Solved on the days before the window.
    alerts
        Series and day of each alert, by day.
    alerts_by_team
        Number of alerts of every team with series, the silent ones too.
    weeks
        Length of the window.
    busiest_week
        Most alerts that any team got in seven days.
    impact
        Sum of |actual - expected| over the alerts.
    truth
        The alerts against what is known of the window; None without labels.
    """

    rule: AlertRule
    threshold: float
    alerts: tuple[tuple[str, date], ...]
    alerts_by_team: Mapping[str, int]
    weeks: float
    busiest_week: int
    impact: float
    truth: DetectionScore | None

    @property
    def per_team_and_week(self) -> float:
        """Mean alerts of a team in a week."""
        return len(self.alerts) / self.weeks / max(len(self.alerts_by_team), 1)


def rules_around(rule: AlertRule) -> tuple[AlertRule, ...]:
    """The rules to compare: budgets of a tenth to two alerts, without, with and with five floors.

    The rule itself is the first.
    """
    rules = [rule]
    for budget, times in product(BUDGETS, _FLOORS):
        other = AlertRule(
            alerts_per_series_and_quarter=budget,
            floor_amount=times * rule.floor_amount,
            floor_share=rule.floor_share if times else 0.0,
            alerts_per_team_and_week=rule.alerts_per_team_and_week,
            false_discovery_rate=rule.false_discovery_rate,
        )
        if other not in rules:
            rules.append(other)
    return tuple(rules)


def simulate(
    panel: Panel,
    rules: Sequence[AlertRule],
    *,
    days: int,
    detector: DetectorKind = "range_forest",
    seed: int = 0,
    usage: Usage | None = None,
    labels: Labels | None = None,
    progress: Progress | None = None,
) -> tuple[SimulatedRule, ...]:
    """Replay the panel once and tell what each rule would have alerted in its last `days` days.

    Parameters
    ----------
    panel
        Daily, without provisional days.
    usage
        What its series used; None = their cost alone is judged.
    labels
        What is known of any days; those outside the window do not count.

    Raises
    ------
    BadInput
        Where the panel has no scored day before the window to solve a threshold on.
    """
    start = len(panel.periods) - days
    replayed = replay_panel(
        panel.value, panel.unique_ids, seed=seed, detector=detector, progress=progress
    )
    replayed = score_young_days(
        replayed, panel.value, teams_of(panel), seed=seed, detector=detector
    )
    before = slice(0, max(start, 0))
    if not np.isfinite(replayed.parts[:, before]).any():
        raise BadInput("a window that leaves scored days before it", field="days", got=days)
    evidence = None if usage is None else evidence_of(usage)[0]
    window = _Window(panel, replayed, judge(replayed, detector, evidence, before), start)
    return tuple(_simulated(window, rule, labels) for rule in rules)


@dataclass(frozen=True)
class _Window:
    """A replayed panel whose days from `start` on are simulated."""

    panel: Panel
    replayed: Replay
    judged: Judged
    start: int


def _simulated(window: _Window, rule: AlertRule, labels: Labels | None) -> SimulatedRule:
    panel, replayed, start = window.panel, window.replayed, window.start
    judged = window.judged
    tellable = rule.tellable(
        panel.value, replayed.expected, replayed.upper, judged.p_value, judged.support
    )
    teams = teams_of(panel)
    threshold = rule.threshold(judged.score[:, :start], tellable[:, :start], teams)
    alert = rule.alerts(judged.score, tellable, threshold, teams)[:, start:]
    impact = (panel.value - replayed.expected)[:, start:]
    days: list[date] = panel.periods[start:].astype(object).tolist()
    told = [
        (panel.unique_ids[row], days[day], float(impact[row, day]))
        for day, row in np.argwhere(alert.T)
    ]
    per_team = {
        name: alert[[team == name for team in teams]].sum(axis=0) for name in sorted(set(teams))
    }
    return SimulatedRule(
        rule=rule,
        threshold=threshold,
        alerts=tuple((name, day) for name, day, _ in told),
        alerts_by_team={name: int(counts.sum()) for name, counts in per_team.items()},
        weeks=alert.shape[1] / WEEK_DAYS,
        busiest_week=max((_busiest(counts) for counts in per_team.values()), default=0),
        impact=sum(abs(amount) for _, _, amount in told),
        truth=None if labels is None else labels.score(told, days[0], days[-1]),
    )


def _busiest(counts: NDArray[np.int64]) -> int:
    """Most in seven consecutive days."""
    sums = np.convolve(counts, np.ones(int(WEEK_DAYS), np.int64))
    return int(sums.max(initial=0))
