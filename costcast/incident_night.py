"""The night's step through the incidents: what the published detector found goes to the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from costcast.settings import Settings
from insights.incident_findings import incident_findings
from insights.quieting import quieted
from insights.supported_days import supported_days
from journal.database import Database
from journal.findings import NightFindings
from journal.incidents import labelled_incidents
from journal.night_log import NightResult
from journal.reconciling import reconcile
from ledger.series import SeriesKey
from serving.snapshot import Snapshot

__all__ = ["keep_incidents"]


def keep_incidents(settings: Settings, database: Database, snapshot: Snapshot) -> NightResult:
    """Open, follow, restate and close incidents of a snapshot; the same again changes nothing."""
    version = snapshot.detector
    since = snapshot.today - timedelta(days=settings.incident_days)
    findings = incident_findings(
        version,
        since=since,
        first_seen_floor=version.floor_amount,
        sums=version.aggregates,
    )
    night = NightFindings(
        known_at=snapshot.known_at,
        snapshot=snapshot.id,
        currency=version.currency,
        since=since,
        through=version.days[-1].astype(date),
        findings=findings,
        amount=_ledger_of(snapshot),
        quieted=quieted(findings, labelled_incidents(database), supported_days(version)),
        severities=settings.incident_severities,
    )
    return reconcile(database, night)


def _ledger_of(snapshot: Snapshot) -> Callable[[str, date], float | None]:
    """Amounts of series, and of sums of series, on days that are final."""
    panel = snapshot.panel
    first: date = panel.periods[0].astype(date)
    rows_of = {name: [row] for row, name in enumerate(panel.unique_ids)}

    def members(name: str) -> list[int]:
        """Rows of a series, or of all series of a parent; the total has no pairs."""
        if name not in rows_of:
            pairs = set(SeriesKey.parse(name).pairs) if "=" in name else set()
            rows_of[name] = [row for row, key in enumerate(panel.keys) if pairs <= set(key.pairs)]
        return rows_of[name]

    def amount(name: str, day: date) -> float | None:
        column = (day - first).days
        if not 0 <= column < len(panel.periods):
            return None
        told = [row for row in members(name) if panel.observed[row, column]]
        if not told or not snapshot.final[told, column].all():
            return None
        return float(panel.value[told, column].sum())

    return amount
