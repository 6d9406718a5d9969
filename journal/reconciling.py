"""A night goes through the incidents: opens, extends, restates, closes and reopens them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from journal.database import Database
from journal.findings import Finding, NightFindings
from journal.incident_fields import new_fields, strangest, sums_of_days
from journal.incident_rows import insert_incident, read_incidents, update_incident, write_days
from journal.incident_values import Incident, IncidentDay, IncidentState
from journal.night_log import NightLog, NightResult
from journal.restating import Restatement, restate
from journal.tables import INCIDENTS, NIGHTS
from journal.wholes import keep_whole

__all__ = ["SAME_EVENT_DAYS", "reconcile"]

#: Strange days of one series and direction at most this far apart are one incident: the cool-down
#: of the alerts.
SAME_EVENT_DAYS = 7
#: Days after its last one on which an incident that is no longer found is closed.
_UNFOUND_DAYS = 7


def reconcile(database: Database, night: NightFindings) -> NightResult:
    """Bring the stored incidents in line with what a night found, in one transaction.

    A night that is run again changes nothing, wherever it was killed before.
    """
    with database.writing() as connection:
        log = NightLog(connection, night, NightResult())
        _Pass(log).run()
    return log.result


class _Pass:
    """One night's way through the incidents."""

    def __init__(self, log: NightLog) -> None:
        self._log = log
        self._night = log.night
        self._connection = log.connection
        self._backfills = _is_first(log.connection, log.night)
        self._stored: dict[tuple[str, str, str], list[Incident]] = defaultdict(list)
        reach = log.night.since - timedelta(days=SAME_EVENT_DAYS)
        for old in read_incidents(log.connection, INCIDENTS.c.last_day >= reach):
            self._stored[old.kind, old.unique_id, old.direction].append(old)
        self._numbers: list[int] = []  # the incident that each finding became

    def run(self) -> None:
        for place, finding in enumerate(self._night.findings):
            self._numbers.append(self._take(place, finding))
        for old in self._unfound():
            self._miss(old)
        _remember(self._connection, self._night)

    def _take(self, place: int, finding: Finding) -> int:
        """Open or bring up to date the incident of a finding; returns its number."""
        if finding.parts:
            parts = [self._numbers[part] for part in finding.parts]
            return keep_whole(self._log, finding, parts, backfilled=self._backfills)
        old = self._matching(finding)
        if old is None:
            return self._open(finding, self._night.quieted.get(place))
        if old.state != "archived":
            self._follow(old, finding, is_quiet=place in self._night.quieted)
        return old.id

    def _matching(self, finding: Finding) -> Incident | None:
        """The stored incident that a finding is about: near in time, the nearest beginning."""
        begin, end = finding.days[0].day, finding.days[-1].day
        near = timedelta(days=SAME_EVENT_DAYS)
        same = self._stored[finding.kind, finding.unique_id, finding.direction]
        found = [
            old for old in same if old.first_day - near <= end and begin <= old.last_day + near
        ]
        return min(found, key=lambda old: abs(old.first_day - begin), default=None)

    def _open(self, finding: Finding, like: int | None) -> int:
        """Insert a new incident; one that is over already, or that nobody wants, is not open."""
        state: IncidentState = "active" if finding.ending is None else "resolved"
        note: str = finding.ending or ""
        if like is not None:
            state, note = "ignored", f"like incident {like}"
        sums = sums_of_days(finding.days, self._night.severities)
        fields = new_fields(
            finding, self._night, state=state, backfilled=self._backfills, sums=sums
        )
        number = insert_incident(self._connection, fields | {"quieted_by": like})
        write_days(self._connection, number, finding.days)
        self._log.tell(number, "opened", after=state, note=note)
        result = self._log.result
        (result.opened if like is None else result.quieted).append(number)
        return number

    def _follow(self, old: Incident, finding: Finding, *, is_quiet: bool) -> None:
        """Take over what is new of an incident that is found again."""
        now = restate(old, self._night.amount)
        known = {day.day for day in old.days}
        added = [day for day in finding.days if day.day not in known]
        fields = self._amounts(old, now, added) | strangest(old, finding)
        if finding.ending != old.ending:
            fields["ending"] = finding.ending
        outgrew = old.quieted_by is not None and old.state == "ignored" and not is_quiet
        if finding.ending is None and outgrew:
            fields |= self._log.reopen(old, "stronger than what was labelled")
        elif finding.ending is None and _came_back(old, added):
            fields |= self._log.reopen(old, "strange days again")
        elif finding.ending is not None and old.is_open:
            fields |= self._log.close(old, finding.ending)
        update_incident(self._connection, old.id, fields)

    def _amounts(self, old: Incident, now: Restatement, added: list[IncidentDay]) -> dict[str, Any]:
        """Store restated and added days; the fields of the incident that change by them."""
        if now.is_told:
            before, after = f"{now.before:.2f}", f"{now.after:.2f}"
            self._log.tell(old.id, "restated", before=before, after=after)
            self._log.result.restated.append(old.id)
        elif not added:
            return {}
        days = sorted([*now.days, *added], key=lambda day: day.day)
        write_days(self._connection, old.id, days)
        fields = sums_of_days(days, self._night.severities)
        if fields["severity"] != old.severity:
            self._log.tell(old.id, "severity", before=old.severity, after=fields["severity"])
        return fields | {"snapshot": self._night.snapshot}

    def _unfound(self) -> list[Incident]:
        """Stored incidents of the window that no finding of this night is about."""
        found = set(self._numbers)
        return [
            old
            for incidents in self._stored.values()
            for old in incidents
            if old.days
            and old.id not in found
            and old.first_day >= self._night.since
            and old.state not in {"archived", "restated"}
        ]

    def _miss(self, old: Incident) -> None:
        """An incident that is not found any more: the ledger moved, or the detector did."""
        now = restate(old, self._night.amount)
        fields = self._amounts(old, now, [])
        if now.is_gone:
            fields |= self._log.take_back(old)
        elif old.is_open and (self._night.through - old.last_day).days >= _UNFOUND_DAYS:
            fields |= {"ending": "no_longer_found", **self._log.close(old, "no_longer_found")}
        update_incident(self._connection, old.id, fields)


def _came_back(old: Incident, added: list[IncidentDay]) -> bool:
    """Whether a closed incident goes on: it had ended or gone, or has days after it was closed."""
    if old.state == "restated":
        return True
    if old.state != "resolved" or old.resolved_at is None:
        return False
    closed = old.resolved_at.date()
    return old.ending is not None or any(day.day > closed for day in added)


def _is_first(connection: Connection, night: NightFindings) -> bool:
    """Whether no earlier night has been through the incidents."""
    earlier = select(func.count()).select_from(NIGHTS).where(NIGHTS.c.known_at < night.known_at)
    return not connection.execute(earlier).scalar_one()


def _remember(connection: Connection, night: NightFindings) -> None:
    known = select(NIGHTS.c.known_at).where(NIGHTS.c.known_at == night.known_at)
    if connection.execute(known).first() is None:
        row = {"known_at": night.known_at, "snapshot": night.snapshot}
        connection.execute(insert(NIGHTS).values(**row))
