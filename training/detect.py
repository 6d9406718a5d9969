"""Fit the detector of daily spend: replay, calibrate, solve the threshold, keep the state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.alert_rule import QUARTER_DAYS, AlertRule
from models.alerting import memory_after
from models.detector_version import DetectorVersion
from models.detectors.kinds import DetectorKind
from models.features.schedule import WARM_UP_DAYS
from models.usage import Usage
from models.usage_trace import evidence_of
from training.engines import Progress
from training.judged import judge
from training.replay import Replay, replay_panel
from training.young import score_young_days

__all__ = ["QUARTER_DAYS", "fit_detector", "teams_of"]


def fit_detector(
    panel: Panel,
    *,
    rule: AlertRule | None = None,
    detector: DetectorKind = "range_forest",
    seed: int = 0,
    usage: Usage | None = None,
    progress: Progress | None = None,
) -> DetectorVersion:
    """Fit the detector on the final part of a daily panel.

    Every day is scored by fits on the days before it. The first 14 days of a series are silent, the
    next 14 are judged by its team's forest, and an unobserved day is never scored.

    Parameters
    ----------
    panel
        Daily, without provisional days.
    rule
        Which of the scored days are told; by default `AlertRule()`.
    detector
        What the score is made of.
    seed
        Of the forests; equal panels and seeds give equal versions.
    usage
        What the series used, of the same series and days; None = the cost alone is judged.
    progress
        Called with (series done, of).

    Raises
    ------
    ValueError
        For a panel that is not daily, and for usage of other series or days.
    """
    if usage is not None and usage.shape != panel.value.shape:
        raise ValueError(
            f"got usage of shape {usage.shape}, wanted {panel.value.shape} as the panel"
        )
    if panel.frequency != "D":
        raise ValueError(f"got a panel of frequency {panel.frequency!r}, wanted daily spend ('D')")
    rule = AlertRule() if rule is None else rule
    replayed = replay_panel(
        panel.value, panel.unique_ids, seed=seed, detector=detector, progress=progress
    )
    teams = teams_of(panel)
    replayed = score_young_days(replayed, panel.value, teams, seed=seed, detector=detector)
    evidence, usage_state = (None, None) if usage is None else evidence_of(usage)
    judged = judge(replayed, detector, evidence)
    score = judged.score
    tellable = rule.tellable(
        panel.value, replayed.expected, replayed.upper, judged.p_value, judged.support
    )
    threshold = rule.threshold(score, tellable, teams)
    alert = rule.alerts(score, tellable, threshold, teams)
    metrics = _metrics(replayed, score, alert)
    return DetectorVersion(
        **_of_panel(panel),
        **_of_replay(replayed, score, alert),
        score=score,
        p_value=judged.p_value,
        alert=alert,
        threshold=threshold,
        floor_amount=rule.floor_amount,
        floor_share=rule.floor_share,
        pools=judged.pools,
        seed=seed,
        metrics=metrics | {"alert_budget": rule.alerts_per_series_and_quarter},
        detector=detector,
        support=judged.support,
        usage=usage_state,
        usage_pool=judged.usage_pool,
    )


def teams_of(panel: Panel) -> list[str]:
    """Team of each series; a series without one stands for itself."""
    return [key.get("team", key.unique_id) for key in panel.keys]


def _of_panel(panel: Panel) -> dict[str, Any]:
    """Fields that a version takes over from its panel."""
    return {
        "measure": panel.measure,
        "currency": panel.currency,
        "unique_ids": panel.unique_ids,
        "days": panel.periods.astype("datetime64[D]"),
        "actual": panel.value,
        "known_at": panel.known_at,
        "panel_fingerprint": panel.fingerprint,
    }


def _of_replay(
    replayed: Replay, score: NDArray[np.float64], alert: NDArray[np.bool_]
) -> dict[str, Any]:
    """Fields that a version takes over from the replay, its last alerts remembered."""
    memory = memory_after(score, alert)
    return {
        "expected": replayed.expected,
        "lower": replayed.lower,
        "upper": replayed.upper,
        "history_days": replayed.history_days,
        "forests": replayed.forests,
        "state": replace(replayed.state, alert_age=memory.age, alert_score=memory.score),
    }


def _metrics(
    replayed: Replay, score: NDArray[np.float64], alert: NDArray[np.bool_]
) -> dict[str, float]:
    """Aggregates of the replay: what was scored and how often it alerted."""
    alerts, scored = float(alert.sum()), np.isfinite(score)
    quarters = float(scored.sum()) / QUARTER_DAYS
    return {
        "alerts": alerts,
        "alerts_per_series_and_quarter": alerts / quarters if quarters else 0.0,
        "series_quarters": quarters,
        "scored_days": float(scored.sum()),
        "scored_series": float(scored.any(axis=1).sum()),
        "series_in_warm_up": float((replayed.history_days < WARM_UP_DAYS).sum()),
    }
