"""The open incidents as a report shows them: the most severe first, each with its cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from insights.anomaly_kpis import AnomalyKpis, anomaly_kpis
from journal.incident_values import Incident, Severity
from journal.visible_incidents import visible_incidents
from ledger.scope import Scope
from serving.engine import Engine
from serving.incident_causes import explain_incident

__all__ = ["BoardLine", "IncidentBoard", "incident_board"]

#: So many are shown with their causes; nobody reads more in a report.
_SHOWN = 50
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_FIRST_SPEND = "The first spend of this series."


@dataclass(frozen=True)
class BoardLine:
    """One incident, how many series it is made of (0 = it is of one), and its cause in words."""

    incident: Incident
    parts: int
    cause: str | None

    @property
    def days(self) -> int:
        """Days from the first strange one to the last, both included."""
        return (self.incident.last_day - self.incident.first_day).days + 1

    @property
    def series(self) -> str:
        """Team and model, or what else it is of."""
        return " / ".join(self.incident.series.values()) or "total"


@dataclass(frozen=True)
class IncidentBoard:
    """Open incidents, the most severe and dearest first; how many more there are; KPIs of all."""

    lines: list[BoardLine]
    more: int
    kpis: AnomalyKpis


def incident_board(engine: Engine, scope: Scope, incidents: Sequence[Incident]) -> IncidentBoard:
    """Arrange what the scope may see of these incidents; the open ones come with their days.

    Parts stand behind the incident that they belong to while that is open.
    """
    seen = visible_incidents(incidents, scope)
    still = {one.id: one for one in seen if one.is_open}
    own = sorted((one for one in still.values() if one.part_of not in still), key=_rank)
    lines = [_line(engine, scope, one, still) for one in own[:_SHOWN]]
    return IncidentBoard(lines, len(own) - len(lines), anomaly_kpis(seen))


def _rank(incident: Incident) -> tuple[int, float, int]:
    return -_SEVERITIES.index(incident.severity), -abs(incident.impact), incident.id


def _line(
    engine: Engine, scope: Scope, incident: Incident, still: dict[int, Incident]
) -> BoardLine:
    parts = [still[part] for part in incident.parts if part in still]
    found = explain_incident(engine, scope, incident, parts)
    cause = None if found is None else found.cause_text
    if incident.kind == "first_seen":
        cause = _FIRST_SPEND
    return BoardLine(incident, len(incident.parts), cause)
