"""Fields of an incident worked out from what a night found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from journal.findings import Finding, NightFindings
from journal.incident_values import OPEN_STATES, Incident, IncidentDay, IncidentState
from journal.severity import severity_of

__all__ = ["new_fields", "strangest", "sums_of_days", "sums_of_parts"]

_Severities = tuple[float, float, float]


def sums_of_days(days: Iterable[IncidentDay], severities: _Severities) -> dict[str, Any]:
    """First and last day, amounts and severity of an incident with these days."""
    days = list(days)
    actual = sum(day.actual for day in days)
    expected = sum(day.expected or 0.0 for day in days)
    return {
        "first_day": min(day.day for day in days),
        "last_day": max(day.day for day in days),
        "actual": actual,
        "expected": expected,
        "impact": actual - expected,
        "severity": severity_of(actual - expected, severities),
    }


def sums_of_parts(parts: Sequence[Incident], severities: _Severities) -> dict[str, Any]:
    """The same of an incident that is made of others; moves that offset are as severe as both."""
    moved = sum(abs(part.impact) for part in parts)
    return {
        "first_day": min(part.first_day for part in parts),
        "last_day": max(part.last_day for part in parts),
        "actual": sum(part.actual for part in parts),
        "expected": sum(part.expected for part in parts),
        "impact": sum(part.impact for part in parts),
        "severity": severity_of(moved, severities),
    }


def new_fields(
    finding: Finding,
    night: NightFindings,
    *,
    state: IncidentState,
    backfilled: bool,
    sums: dict[str, Any],
) -> dict[str, Any]:
    """Every field of an incident that this night opens."""
    key = f"{finding.kind}:{finding.unique_id}:{finding.direction}:{sums['first_day']}"
    return sums | {
        "dedupe_key": key,
        "kind": finding.kind,
        "unique_id": finding.unique_id,
        "series": dict(finding.series),
        "direction": finding.direction,
        "state": state,
        "ending": finding.ending,
        "detected_at": night.known_at,
        "resolved_at": None if state in OPEN_STATES else night.known_at,
        "backfilled": backfilled,
        "currency": night.currency,
        "score": finding.score,
        "p_value": finding.p_value,
        "snapshot": night.snapshot,
    }


def strangest(old: Incident, finding: Finding) -> dict[str, Any]:
    """Score and p-value that a finding makes stranger."""
    fields: dict[str, Any] = {}
    if finding.score is not None and (old.score is None or finding.score > old.score):
        fields["score"] = finding.score
    if finding.p_value is not None and (old.p_value is None or finding.p_value < old.p_value):
        fields["p_value"] = finding.p_value
    return fields
