"""The alert rule that the settings describe."""

from __future__ import annotations

from costcast.settings import Settings
from models.alert_rule import AlertRule

__all__ = ["rule_of"]


def rule_of(settings: Settings) -> AlertRule:
    """Which scored days are told."""
    return AlertRule(
        alerts_per_series_and_quarter=settings.alerts_per_series_and_quarter,
        floor_amount=settings.alert_floor,
        floor_share=settings.alert_floor_share,
        alerts_per_team_and_week=settings.alerts_per_team_and_week,
        false_discovery_rate=settings.false_discovery_rate,
    )
