"""What the fine-grained detector would have told about a panel, and the threshold of its step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.detectors.fine_settings import FineSettings
from models.detectors.hourly import scores_of_steps
from models.detectors.pace import Pace, alerts_at, solve_pace

__all__ = ["FineReplay", "replay_hourly"]

_WEEK_S = 7 * 86_400


@dataclass(frozen=True)
class FineReplay:
    """Scores and alerts of N series over T steps.

    Parameters
    ----------
    score
        [N, T] the higher, the stranger; NaN = not scored.
    alert
        [N, T] steps that start an incident.
    threshold
        Lowest score of an alert; solved for the series' step, it does not hold for another one.
    alerts_per_series_and_week
        How often the replay alerted, per week that was scored.
    """

    score: NDArray[np.float64]
    alert: NDArray[np.bool_]
    threshold: float
    alerts_per_series_and_week: float


def replay_hourly(
    panel: Panel,
    *,
    alerts_per_series_and_week: float = 1.0,
    settings: FineSettings | None = None,
) -> FineReplay:
    """Score every hour from the hours up to it and keep to a budget of alerts.

    Parameters
    ----------
    alerts_per_series_and_week
        Most alerts on average over series; the threshold is the lowest that keeps to it.
    settings
        Those of the product when not given: five days of warm-up, 12 hours of cool-down.

    Raises
    ------
    ValueError
        For a panel that is not hourly; daily spend has a detector of its own.
    """
    if panel.frequency != "h":
        raise ValueError(f"got a panel of frequency {panel.frequency!r}, wanted 'h'")
    chosen = FineSettings.of_step(np.timedelta64(1, "h")) if settings is None else settings
    score = np.stack([scores_of_steps(row, chosen) for row in panel.value])
    weeks = np.isfinite(score).sum() * chosen.step_s / _WEEK_S
    pace = Pace.of(chosen)
    threshold = solve_pace(
        list(score), [pace] * len(score), most_alerts=alerts_per_series_and_week * weeks
    )
    alert = np.stack([alerts_at(row, threshold, pace) for row in score])
    return FineReplay(score, alert, threshold, float(alert.sum() / weeks) if weeks else 0.0)
