"""How forecasts of a set are scored: the whole set, or its sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.m4 import m4_score
from benchmarks.set_tasks import SetTask
from ledger.panel import Panel
from models.accuracy import panel_accuracy
from models.metrics import mase_scale

__all__ = ["sample_of", "set_scores", "set_truth"]

_Array = NDArray[np.float64]


def sample_of(task: SetTask, series: int) -> NDArray[np.intp]:
    """Rows of the sample: evenly spaced over the set in order of name, first and last included."""
    spaced = np.linspace(0, series - 1, min(task.sampled, series))
    return np.unique(np.rint(spaced)).astype(np.intp)


def set_truth(task: SetTask, panel: Panel) -> _Array:
    """[N, K, H] what came after each origin."""
    length = len(panel.periods)
    starts = [length - before for before in task.origins_before_end]
    if min(task.origins_before_end) < task.horizon or min(starts) < 1:
        raise ValueError(f"{task.name}: {length} steps do not hold every origin and its horizon")
    return np.stack([panel.value[:, start : start + task.horizon] for start in starts], axis=1)


def set_scores(
    task: SetTask, panel: Panel, mean: _Array, truth: _Array
) -> dict[str, float | int | None]:
    """Metric columns of `SetRow` for forecasts and truth [N, K, H] of the panel's series."""
    competition = task.source == "m4_weekly"
    scale = np.array([_scale(value, task) for value in panel.value])
    m4 = m4_score(mean[:, 0], truth[:, 0], panel.value[:, : -task.horizon]) if competition else None
    return {
        "series": len(panel.keys),
        "origins": truth.shape[1],
        "dropped": int(np.isnan(scale).sum()),
        **panel_accuracy(mean, truth, scale),
        "smape": m4.smape if m4 else None,
        "owa": m4.owa if m4 else None,
    }


def _scale(value: _Array, task: SetTask) -> float:
    """Naive error of the whole series, of M4 of its training part, where none is left out."""
    if task.source == "m4_weekly":
        return float(np.nanmean(np.abs(np.diff(value[: -task.horizon]))))
    return mase_scale(value, task.scale_lag)
