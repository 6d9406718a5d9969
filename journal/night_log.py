"""What a night does to incidents, each with its line of history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from journal.findings import NightFindings
from journal.incident_rows import NIGHT, record
from journal.incident_values import Incident

__all__ = ["NightLog", "NightResult"]


@dataclass(frozen=True)
class NightResult:
    """Numbers of the incidents that a night opened, reopened, restated, closed and kept quiet."""

    opened: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    restated: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    quieted: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class NightLog:
    """The transaction of a night, and what it has done so far."""

    connection: Connection
    night: NightFindings
    result: NightResult

    def tell(self, number: int, what: str, **told: str | None) -> None:
        """Append a line to the history of an incident."""
        record(self.connection, number, at=self.night.known_at, by=NIGHT, what=what, **told)

    def close(self, old: Incident, why: str) -> dict[str, Any]:
        """Fields of an incident that is over."""
        self.tell(old.id, "state", before=old.state, after="resolved", note=why)
        self.result.closed.append(old.id)
        return {"state": "resolved", "resolved_at": self.night.known_at}

    def reopen(self, old: Incident, why: str) -> dict[str, Any]:
        """Fields of an incident that goes on although it was closed."""
        self.tell(old.id, "state", before=old.state, after="active", note=why)
        self.result.reopened.append(old.id)
        return {"state": "active", "resolved_at": None}

    def take_back(self, old: Incident) -> dict[str, Any]:
        """Fields of an incident that the ledger has taken back."""
        note = "the ledger has taken it back"
        self.tell(old.id, "state", before=old.state, after="restated", note=note)
        return {"state": "restated", "resolved_at": self.night.known_at}
