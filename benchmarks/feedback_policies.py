"""What a label does to later incidents: nothing, Costcast's rule, or the mute that tools offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from benchmarks.rows import Role
from insights.quieting import MEMORY_DAYS, STRONGER, quieted
from insights.supported_days import Supported
from journal.findings import Finding
from journal.incident_values import Incident

__all__ = ["MUTE_DAYS", "POLICIES", "FeedbackPolicy", "Policy", "muted"]

#: Position of each finding that is not told, to the labelled incident that is the reason.
Policy = Callable[[Sequence[Finding], Sequence[Incident], Supported | None], Mapping[int, int]]

#: A mute holds for a year.
MUTE_DAYS = 365


@dataclass(frozen=True)
class FeedbackPolicy:
    """A policy with its name, role and settings; without labels nobody ever says anything."""

    name: str
    role: Role
    settings: Mapping[str, object]
    quiets: Policy
    has_labels: bool = True


def muted(
    findings: Sequence[Finding], labelled: Sequence[Incident], _: Supported | None = None
) -> dict[int, int]:
    """Nothing of this series and direction for a year after it was labelled as no problem."""
    reason = {
        (incident.unique_id, incident.direction): incident
        for incident in sorted(labelled, key=lambda incident: incident.last_day)
        if incident.kind == "anomaly" and incident.feedback != "unexpected"
    }
    silent: dict[int, int] = {}
    for place, finding in enumerate(findings):
        found = reason.get((finding.unique_id, finding.direction))
        if finding.kind != "anomaly" or found is None:
            continue
        age = finding.days[0].day - found.last_day
        if timedelta(0) < age <= timedelta(days=MUTE_DAYS):
            silent[place] = found.id
    return silent


def _all_told(
    _findings: Sequence[Finding], _labelled: Sequence[Incident], _: Supported | None
) -> dict[int, int]:
    return {}


#: In the order of the table.
POLICIES: tuple[FeedbackPolicy, ...] = (
    FeedbackPolicy("no feedback", "baseline", {}, _all_told, has_labels=False),
    FeedbackPolicy(
        "costcast", "product", {"memory_days": MEMORY_DAYS, "stronger": STRONGER}, quieted
    ),
    FeedbackPolicy("mute for a year", "peer", {"days": MUTE_DAYS}, muted),
)
