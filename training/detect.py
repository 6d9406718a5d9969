"""Fit the detector of daily spend: replay, calibrate, solve the threshold, keep the state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.alerting import incident_alerts, memory_after, solve_threshold, worth_telling
from models.combined_score import PARTS, combined_score
from models.detector_version import DetectorVersion
from models.features.schedule import WARM_UP_DAYS
from models.significance import p_values, pool
from training.engines import Progress
from training.replay import Replay, replay_panel

__all__ = ["QUARTER_DAYS", "fit_detector"]

#: Days of a quarter, the unit of the alert budget.
QUARTER_DAYS = 365.25 / 4
#: The threshold is solved for this share of the budget: on days and series it was not solved on it
#: lets through about a fifth more.
_BUDGET_SHARE = 0.8


def fit_detector(
    panel: Panel,
    *,
    alerts_per_series_and_quarter: float = 1.0,
    floor_amount: float = 20.0,
    floor_share: float = 0.25,
    seed: int = 0,
    progress: Progress | None = None,
) -> DetectorVersion:
    """Fit the detector on the final part of a daily panel.

    Every day is scored by fits on the days before it; the first 28 days of a series are silent, and
    an unobserved day is never scored.

    Parameters
    ----------
    panel
        Daily, without provisional days.
    alerts_per_series_and_quarter
        Most alerts of the replay, on average over all scored days.
    floor_amount, floor_share
        Only days at least this amount (in the unit of the measure) and this share of the expected
        away from the expected are told. The score does not know the floors.
    seed
        Of the forests; equal panels and seeds give equal versions.
    progress
        Called with (series done, of).

    Raises
    ------
    ValueError
        For a panel that is not daily.
    """
    if panel.frequency != "D":
        raise ValueError(f"got a panel of frequency {panel.frequency!r}, wanted daily spend ('D')")
    replayed = replay_panel(panel.value, panel.unique_ids, seed=seed, progress=progress)
    part_pools = tuple(pool(replayed.parts[:, :, part]) for part in range(len(PARTS)))
    score = combined_score(part_pools, replayed.parts)
    floors = floor_amount, floor_share
    told = worth_telling(panel.value, replayed.expected, replayed.upper, floors)
    quarters = float(np.isfinite(score).sum()) / QUARTER_DAYS
    most_alerts = _BUDGET_SHARE * alerts_per_series_and_quarter * quarters
    threshold = solve_threshold(score, told, most_alerts=most_alerts)
    alert = incident_alerts(score, told, threshold)
    metrics = _metrics(replayed, score, alert) | {"alert_budget": alerts_per_series_and_quarter}
    return DetectorVersion(
        **_of_panel(panel),
        **_of_replay(replayed, score, alert),
        score=score,
        p_value=p_values(pool(score), score),
        alert=alert,
        threshold=threshold,
        floor_amount=floor_amount,
        floor_share=floor_share,
        pools=(*part_pools, pool(score)),
        seed=seed,
        metrics=metrics,
    )


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
