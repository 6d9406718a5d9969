"""Nights replayed with people who label what they are told: which incidents they are told then.

The product's own path, a night at a time: `insights.incident_findings`, a policy that says what is
quieted (`insights.quieting` is Costcast's), `journal.reconciling` into a journal in memory, and
`journal.incidents.change_incident` for the labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from benchmarks.feedback_nights import Night
from benchmarks.feedback_policies import Policy
from insights.supported_days import Supported
from journal.database import Database, open_database
from journal.findings import NightFindings
from journal.incident_values import FeedbackLabel, Incident
from journal.incidents import (
    all_incidents,
    change_incident,
    find_incident,
    labelled_incidents,
)
from journal.reconciling import SAME_EVENT_DAYS, reconcile
from models.episodes import ScoredPanel

__all__ = ["LABEL_DELAY_DAYS", "Labeller", "Telling", "replay"]

#: Days from the night that tells an incident to the label: a person looks the next working day or
#: the one after.
LABEL_DELAY_DAYS = 2
#: Days after its last one in which an incident can still get another.
_FOLLOWED = timedelta(days=SAME_EVENT_DAYS + 1)
#: Nights run at five in the morning after the day, as the samples' do.
_HOUR = time(5, tzinfo=UTC)

#: What a person would say of an incident: a label, by what is true of its days.
Labeller = Callable[[Incident], FeedbackLabel]


@dataclass(frozen=True)
class Telling:
    """One incident of a replay, at its end.

    Parameters
    ----------
    incident
        As the last night left it.
    told
        Day of the night that first told it; None = it was kept quiet to the end.
    days_told
        Its days that were told, each with the night's day that told it: those it had while it was
        open. What is added to an incident that a label has closed is told to nobody.
    """

    incident: Incident
    told: date | None
    days_told: Mapping[date, date]


def replay(
    panel: ScoredPanel,
    nights: Sequence[Night],
    policy: Policy,
    label: Labeller | None,
    supported: Supported | None = None,
) -> list[Telling]:
    """Run the nights into a new journal; every incident that is told is labelled two days later.

    Parameters
    ----------
    nights
        Of the panel (`nights_of`), the same for every policy.
    policy
        Which findings of a night are like labelled incidents.
    label
        None = nobody ever labels.
    supported
        What usage shows; None = no usage is known.
    """
    with open_database("sqlite://") as database:
        telling = _Replay(panel, database, supported)
        for night in nights:
            if label is not None:
                telling.say(night.day, label)
            telling.run(night, policy)
        return telling.end()


class _Replay:
    """A journal on its way through the nights, and what it has told so far."""

    def __init__(self, panel: ScoredPanel, database: Database, supported: Supported | None) -> None:
        self._database = database
        self._supported = supported
        self._told: dict[int, date] = {}
        self._days: dict[int, dict[date, date]] = {}
        self._labelled: set[int] = set()
        self._row_of = {name: row for row, name in enumerate(panel.unique_ids)}
        self._panel = panel

    def run(self, night: Night, policy: Policy) -> None:
        """One night, and what it tells."""
        at = datetime.combine(night.day + timedelta(days=1), _HOUR)
        result = reconcile(
            self._database,
            NightFindings(
                known_at=at,
                snapshot=night.day.isoformat(),
                currency=None,
                since=night.since,
                through=night.day,
                findings=night.findings,
                amount=self._amount,
                quieted=policy(night.findings, labelled_incidents(self._database), self._supported),
            ),
        )
        for incident in all_incidents(self._database, since=night.day - _FOLLOWED, details=True):
            if not incident.days or not (incident.is_open or incident.id in result.opened):
                continue
            self._told.setdefault(incident.id, night.day)
            days = self._days.setdefault(incident.id, {})
            for one in incident.days:
                days.setdefault(one.day, night.day)

    def say(self, today: date, label: Labeller) -> None:
        """Label what was told at least two days ago."""
        delay = timedelta(days=LABEL_DELAY_DAYS)
        for number in [
            one
            for one in sorted(self._told.keys() - self._labelled)
            if self._told[one] + delay <= today
        ]:
            self._labelled.add(number)
            incident = find_incident(self._database, number)
            if incident is None:
                continue
            at = datetime.combine(self._told[number] + delay, _HOUR)
            change_incident(self._database, number, by="reader", at=at, feedback=label(incident))

    def end(self) -> list[Telling]:
        """Every incident of series."""
        return [
            Telling(incident, self._told.get(incident.id), self._days.get(incident.id, {}))
            for incident in all_incidents(self._database, details=True)
            if incident.kind == "anomaly"
        ]

    def _amount(self, name: str, day: date) -> float | None:
        """The ledger's amount of a series; every day is final, and none is ever restated."""
        column = int((np.datetime64(day, "D") - self._panel.days[0]).astype(int))
        amount = self._panel.actual[self._row_of[name], column]
        return float(amount) if np.isfinite(amount) else None
