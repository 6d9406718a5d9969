"""Incidents within a scope, for notebooks and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from insights.anomaly_kpis import AnomalyKpis, anomaly_kpis
from journal.database import open_database
from journal.incident_values import OPEN_STATES, FeedbackLabel, Incident, IncidentState
from journal.incidents import all_incidents, change_incident, find_incident
from journal.visible_incidents import visible_incidents
from ledger.problems import BadInput
from ledger.scope import Scope

__all__ = ["IncidentDoor"]


@dataclass(frozen=True)
class IncidentDoor:
    """The incidents of a state database, at an SQLAlchemy URL."""

    url: str

    def listed(self, scope: Scope, *, only_open: bool = True) -> list[Incident]:
        """Incidents within the scope, the open ones or all, by number, without their history."""
        with open_database(self.url) as database:
            found = all_incidents(database)
        seen = visible_incidents(found, scope)
        return [one for one in seen if not only_open or one.state in OPEN_STATES]

    def one(self, scope: Scope, number: int) -> Incident:
        """An incident with its days and history; raises BadInput where the scope has none such."""
        with open_database(self.url) as database:
            asked, known = find_incident(database, number), all_incidents(database)
        with_details = [asked if asked and one.id == number else one for one in known]
        for found in visible_incidents(with_details, scope):
            if found.id == number:
                return found
        raise BadInput("the number of an incident", field="id", got=number)

    def change(
        self,
        scope: Scope,
        number: int,
        *,
        by: str,
        at: datetime,
        state: IncidentState | None = None,
        feedback: FeedbackLabel | None = None,
        note: str = "",
    ) -> Incident:
        """Change an incident that the scope may see (`journal.incidents.change_incident`)."""
        self.one(scope, number)
        with open_database(self.url) as database:
            change_incident(
                database, number, by=by, at=at, state=state, feedback=feedback, note=note
            )
        return self.one(scope, number)

    def kpis(self, scope: Scope) -> AnomalyKpis:
        """KPIs of everything the scope may see."""
        return anomaly_kpis(self.listed(scope, only_open=False))
