"""Incidents within a scope, for notebooks and the command line."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from insights.anomaly_kpis import AnomalyKpis, anomaly_kpis
from journal.incident_values import FeedbackLabel, Incident, IncidentState
from ledger.scope import Scope
from serving.incidents import ALL_INCIDENTS, OPEN_INCIDENTS, IncidentBook
from serving.requests import IncidentQuery

__all__ = ["IncidentDoor"]


@dataclass(frozen=True)
class IncidentDoor:
    """The incidents of a state database, at an SQLAlchemy URL; it is open while it is asked.

    The same `serving.incidents.IncidentBook` answers over HTTP.
    """

    url: str

    def listed(self, scope: Scope, query: IncidentQuery = OPEN_INCIDENTS) -> list[Incident]:
        """Incidents within the scope that meet the query, by number, without their history."""
        with closing(IncidentBook(self.url)) as book:
            return book.listed(scope, query)

    def told(self, scope: Scope) -> list[Incident]:
        """All incidents within the scope as a report takes them: open ones with their days."""
        with closing(IncidentBook(self.url)) as book:
            return book.told(scope)

    def one(self, scope: Scope, number: int) -> Incident:
        """An incident with its days and history; raises BadInput where the scope has none such."""
        with closing(IncidentBook(self.url)) as book:
            return book.one(scope, number)

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
        with closing(IncidentBook(self.url)) as book:
            return book.change(
                scope, number, by=by, at=at, state=state, feedback=feedback, note=note
            )

    def kpis(self, scope: Scope) -> AnomalyKpis:
        """KPIs of everything the scope may see."""
        return anomaly_kpis(self.listed(scope, ALL_INCIDENTS))
