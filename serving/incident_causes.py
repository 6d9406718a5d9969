"""What most likely caused an incident: its dearest day explained."""

from __future__ import annotations

from collections.abc import Sequence

from journal.explanations import Explanation
from journal.incident_values import Incident, IncidentDay
from ledger.scope import Scope
from serving.engine import Engine
from serving.problems import InvalidRequest, UnknownSeries

__all__ = ["explain_incident"]


def explain_incident(
    engine: Engine, scope: Scope, incident: Incident, parts: Sequence[Incident] = ()
) -> Explanation | None:
    """Why the dearest day of an incident did not cost what was expected before the incident.

    None for first spend, of which nothing was expected, and for days and series whose use the
    snapshot does not know.

    Parameters
    ----------
    incident
        With its days.
    parts
        What it is made of, with their days: an incident of several has no days of its own, so the
        dearest of these is explained.
    """
    told = max((one for one in (incident, *parts) if one.days), key=_impact, default=None)
    if told is None or told.kind == "first_seen":
        return None
    dearest = max(told.days, key=_distance)
    try:
        return engine.explain(
            scope,
            day=dearest.day,
            team=told.series.get("team"),
            model=told.series.get("model"),
            expected=dearest.expected,
        )
    except (InvalidRequest, UnknownSeries):
        return None


def _impact(incident: Incident) -> float:
    return abs(incident.impact)


def _distance(day: IncidentDay) -> float:
    return abs(day.actual - (day.expected or 0.0))
