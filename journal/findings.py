"""What a night found, as the journal takes it: days of series, and which belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from journal.incident_values import Direction, IncidentDay, IncidentEnding, IncidentKind

__all__ = ["DEFAULT_SEVERITIES", "Finding", "NightFindings"]

#: |impact| from which an incident is medium, high, critical: what a team, a department and the
#: company would want to know. A setting.
DEFAULT_SEVERITIES = (100.0, 1_000.0, 10_000.0)


@dataclass(frozen=True)
class Finding:
    """One event as a night sees it.

    Parameters
    ----------
    kind, unique_id, series, direction
        As of the incident.
    days
        Its strange days, increasing; empty where it is made of parts.
    score, p_value
        Of its strangest alert; None where no score found it.
    ending
        How it ended; None = it goes on.
    parts
        Positions (in the night's findings) of what it is made of; they come before it.
    """

    kind: IncidentKind
    unique_id: str
    series: Mapping[str, str]
    direction: Direction
    days: tuple[IncidentDay, ...]
    score: float | None = None
    p_value: float | None = None
    ending: IncidentEnding | None = None
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class NightFindings:
    """All that a night has to say about incidents.

    Parameters
    ----------
    known_at
        T of the night (aware UTC): the time of everything it does.
    snapshot, currency
        What was judged.
    since, through
        First and last day that was looked at; an incident that began earlier is left as it is.
    findings
        In order; parts before what is made of them.
    amount
        The ledger's amount of a series on a day; None where it is not final or not there.
    quieted
        Position of a finding to the incident whose label says that nobody wants to be told.
    severities
        |impact| from which an incident is medium, high and critical.
    """

    known_at: datetime
    snapshot: str
    currency: str | None
    since: date
    through: date
    findings: Sequence[Finding]
    amount: Callable[[str, date], float | None]
    quieted: Mapping[int, int] = field(default_factory=dict)
    severities: tuple[float, float, float] = DEFAULT_SEVERITIES
