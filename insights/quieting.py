"""What people said of earlier incidents, applied to new ones: the same is not told twice. Pure.

A label raises what it takes to be told: in its series and direction for a year, and elsewhere for a
week once a second series agrees. It hides nothing: what is quieted is kept, marked as like the
labelled one, told when it outgrows it, and does not count as handled.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from insights.supported_days import Supported
from journal.findings import Finding
from journal.incident_values import FeedbackLabel, Incident, IncidentDay

__all__ = ["MEMORY_DAYS", "SAME_WEEK_DAYS", "STRONGER", "quieted"]

#: A label holds for a year and a month, so that what a calendar brings each year is known.
MEMORY_DAYS = 400
#: What is this much stronger than what was labelled, in score, as a share of what was expected, or
#: in money on a day or in all, is told again. In forty generated worlds that no figure is told of,
#: on cost alone, 1.3 quiets two in three of what comes again in its series and loses none of 922
#: planted anomalies that alert; without the share it loses one, at 2 four.
STRONGER = 1.3
#: What begins within so many days of labelled incidents may be of one event with them: sales and
#: month ends last no longer.
SAME_WEEK_DAYS = 7
#: Labelled series that make an event of that week; one alone is its own affair. In thirty of these
#: worlds, with usage, two quiet a third of the false alerts that follow others within a week and
#: lose none of 719 planted ones; with one it is two thirds, and six are lost.
_FEWEST_SERIES = 2

_QUIETING: tuple[FeedbackLabel, ...] = ("expected", "false_positive", "planned_activity")


def quieted(
    findings: Sequence[Finding],
    labelled: Sequence[Incident],
    supported: Supported | None = None,
) -> dict[int, int]:
    """Position of each finding that nobody wants to be told, to the labelled incident it is like.

    It is like one of its series and direction, of the last 400 days, labelled as no problem, when
    neither its score, nor its largest day in money and as a share of the expected, nor its money in
    all is more than 1.3 times that one's. It is like those of other series that began up to a week
    before it, when two series or more are that strong, together as large, and it is part of all
    that they have in common: labels of one team speak for this team alone. It is like none when
    something no larger of its own series was labelled unexpected. What usage shows to be strange is
    like nothing of which usage showed no such thing. First spend and what is made of others is
    always told.

    Parameters
    ----------
    supported
        `insights.supported_days`; None = no usage is known.
    """
    said = _Said(labelled)
    shown = _Shown(supported)
    like: dict[int, int] = {}
    for place, finding in enumerate(findings):
        if finding.kind != "anomaly":
            continue
        before = [incident for incident in said.of_series(finding) if _is_recent(incident, finding)]
        if any(one.feedback == "unexpected" and not _is_weaker(finding, one) for one in before):
            continue
        known = _of_its_series(finding, shown.alike(finding, before)) or _of_its_week(
            finding, shown.alike(finding, said.of_week(finding))
        )
        if known:
            like[place] = max(known, key=lambda incident: (incident.last_day, incident.id)).id
    return like


class _Said:
    """Labelled incidents, by series and by first day."""

    def __init__(self, labelled: Sequence[Incident]) -> None:
        self._by_series: dict[tuple[str, str], list[Incident]] = defaultdict(list)
        self._by_day: dict[tuple[date, str], list[Incident]] = defaultdict(list)
        for incident in labelled:
            if incident.kind == "anomaly":
                self._by_series[incident.unique_id, incident.direction].append(incident)
                self._by_day[incident.first_day, incident.direction].append(incident)

    def of_series(self, finding: Finding) -> Sequence[Incident]:
        """Those of the finding's series and direction."""
        return self._by_series.get((finding.unique_id, finding.direction), ())

    def of_week(self, finding: Finding) -> list[Incident]:
        """Those of other series and its direction that began up to a week before it."""
        begun = finding.days[0].day
        return [
            incident
            for age in range(SAME_WEEK_DAYS + 1)
            for incident in self._by_day.get((begun - timedelta(days=age), finding.direction), ())
            if incident.unique_id != finding.unique_id
        ]


class _Shown:
    """What usage shows of findings and incidents."""

    def __init__(self, supported: Supported | None) -> None:
        self._supported = supported

    def alike(self, finding: Finding, incidents: Sequence[Incident]) -> Sequence[Incident]:
        """Those that usage shows to be strange, where it shows the finding to be; else all."""
        if not self._is_strange(finding.unique_id, finding.days):
            return incidents
        return [one for one in incidents if self._is_strange(one.unique_id, one.days)]

    def _is_strange(self, unique_id: str, days: Sequence[IncidentDay]) -> bool:
        supported = self._supported
        return supported is not None and any(supported(unique_id, day.day) for day in days)


def _of_its_series(finding: Finding, before: Sequence[Incident]) -> list[Incident]:
    """Those of the same series, labelled as no problem, that a finding is hardly stronger than."""
    return [
        incident
        for incident in before
        if _is_calm(incident)
        and _covers(incident, finding)
        and _largest(finding.days) <= STRONGER * _largest(incident.days)
        and _money(finding.days) <= STRONGER * _money(incident.days)
    ]


def _of_its_week(finding: Finding, week: Sequence[Incident]) -> list[Incident]:
    """Those of other series, labelled as no problem, that are one event with a finding; or none.

    An event is as large as the series that it meets, so money is held against all of them together.
    """
    near = [incident for incident in week if _is_calm(incident) and _covers(incident, finding)]
    if len({incident.unique_id for incident in near}) < _FEWEST_SERIES:
        return []
    if math.isinf(_share(finding.days)):
        return []
    common = set.intersection(*(set(incident.series.items()) for incident in near))
    is_part = common <= set(finding.series.items())
    money = sum(_money(incident.days) for incident in near)
    return near if is_part and _money(finding.days) <= money else []


def _is_calm(incident: Incident) -> bool:
    return incident.feedback in _QUIETING


def _is_recent(incident: Incident, finding: Finding) -> bool:
    """Whether an incident is over, and remembered."""
    age = finding.days[0].day - incident.last_day
    return timedelta(0) < age <= timedelta(days=MEMORY_DAYS)


def _is_weaker(finding: Finding, incident: Incident) -> bool:
    """Whether a finding is clearly weaker than one that people wanted to know of."""
    return _largest(finding.days) < _largest(incident.days) / STRONGER


def _covers(incident: Incident, finding: Finding) -> bool:
    """Whether a finding is hardly stronger than an incident, whatever the size of their series."""
    if incident.score is None or finding.score is None or finding.score > STRONGER * incident.score:
        return False
    return _share(finding.days) <= STRONGER * _share(incident.days)


def _largest(days: Sequence[IncidentDay]) -> float:
    """Largest distance from the expected on one day."""
    return max((abs(day.actual - (day.expected or 0.0)) for day in days), default=0.0)


def _money(days: Sequence[IncidentDay]) -> float:
    """Distances from the expected of all days together."""
    return sum(abs(day.actual - (day.expected or 0.0)) for day in days)


def _share(days: Sequence[IncidentDay]) -> float:
    """Largest distance on one day as a share of what was expected; inf where that is nothing."""
    return max(
        (
            abs(day.actual - day.expected) / abs(day.expected) if day.expected else math.inf
            for day in days
        ),
        default=0.0,
    )
