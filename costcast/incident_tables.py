"""Incidents as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from insights.anomaly_kpis import AnomalyKpis
from journal.incident_values import Incident

__all__ = ["history_table", "incident_table", "kpi_table"]


def incident_table(incidents: Sequence[Incident]) -> Table:
    """One line per incident, in the order given."""
    names = ["#", "first day", "days", "series", "kind", "impact", "severity", "state", "label"]
    table = Table(*names, title="Incidents")
    for one in incidents:
        table.add_row(
            str(one.id),
            f"{one.first_day:%d %b %Y}",
            str((one.last_day - one.first_day).days + 1),
            " / ".join(one.series.values()) or "total",
            one.kind.replace("_", " ")
            + ("" if one.part_of is None else f", part of {one.part_of}"),
            f"{one.impact:+,.2f} {one.currency or ''}".rstrip(),
            one.severity,
            one.state,
            (one.feedback or "").replace("_", " "),
            style="red" if one.is_open and one.severity in {"high", "critical"} else None,
        )
    for place in (0, 2, 5):
        table.columns[place].justify = "right"
    return table


def history_table(incident: Incident) -> Table:
    """Who changed what, oldest first."""
    table = Table("when", "who", "what", "before", "after", "note", title="History")
    for line in incident.history:
        table.add_row(
            f"{line.at:%d %b %Y %H:%M}",
            line.by,
            line.what,
            line.before or "",
            line.after or "",
            line.note,
        )
    return table


def kpi_table(kpis: AnomalyKpis) -> Table:
    """Every KPI; "-" where there is nothing to measure it on."""
    table = Table("KPI", "value", title="Anomaly management")
    money = kpis.currency or ""
    for name, value, unit in (
        ("incidents detected", kpis.detected, ""),
        ("still open", kpis.open, ""),
        ("mean time to detect", kpis.days_to_detect, "days"),
        ("mean time to acknowledge", kpis.days_to_acknowledge, "days"),
        ("mean time to resolve", kpis.days_to_resolve, "days"),
        ("labelled", kpis.labelled, ""),
        ("false positives among the labelled", kpis.false_positive_share, "share"),
        ("spent above the expected", kpis.cost_impact, money),
        ("spent below the expected", kpis.cost_below_expected, money),
    ):
        shown = "-" if value is None else str(value) if isinstance(value, int) else f"{value:,.2f}"
        table.add_row(name, f"{shown} {unit}".rstrip() if value is not None else shown)
    table.columns[1].justify = "right"
    return table
