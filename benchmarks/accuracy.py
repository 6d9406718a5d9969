"""Accuracy of one contender on one task: forecasts at every origin, held against what came."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import CONTENDERS, Contender
from benchmarks.panels import panel_of
from benchmarks.provenance import data_digest, identity, machine
from benchmarks.rows import AccuracyRow, CpuRow
from benchmarks.stated import Stated
from benchmarks.tasks import AccuracyTask
from ledger.panel import Panel
from models.accuracy import panel_accuracy
from models.metrics import coverage, mase_scale

__all__ = ["accuracy_metrics", "measure_accuracy"]

_Array = NDArray[np.float64]
_NANOSECONDS = 1e9
_ENDS = ("lower", "upper")


def measure_accuracy(
    task: AccuracyTask, contender: str, data: Path | None
) -> tuple[AccuracyRow, CpuRow]:
    """Forecast from every origin with what was known before it, and score.

    CPU seconds are of this process and of the forecasts only. Raises BadInput when a file is not
    there.
    """
    model, panel = CONTENDERS[contender], panel_of(task, data)
    _warm_up(model, panel, task)
    started = time.process_time_ns()
    stated = [
        model.forecast(panel.until(panel.periods[-days]), task.horizon, task.season)
        for days in task.origins_before_end
    ]
    seconds = (time.process_time_ns() - started) / _NANOSECONDS
    about = identity(task, model.name, model.role, model.settings, data_digest(panel.fingerprint))
    scores = accuracy_metrics(stated, _truth(panel, task), panel, task.season)
    return (
        AccuracyRow(**about, **scores),
        CpuRow(**about, machine=machine(), cpu_seconds=seconds),
    )


def accuracy_metrics(
    stated: list[Stated], truth: _Array, panel: Panel, season: int
) -> dict[str, float | int | None]:
    """Metric columns of `AccuracyRow` for truth [N, K, H]."""
    scale = np.array([mase_scale(value, season) for value in panel.value])
    mean, lower, upper = (
        np.stack([getattr(one, name) for one in stated], axis=1)
        for name in ("mean", "lower", "upper")
    )
    sums = [np.stack([getattr(one, f"sum_{end}") for one in stated], 1) for end in _ENDS]
    held = coverage(sums[0], sums[1], truth.sum(axis=2))  # a sum with a missing day is NaN
    return {
        "series": len(panel.keys),
        "origins": len(stated),
        "dropped": int(np.isnan(scale).sum()),
        "fallbacks": sum(one.fallbacks for one in stated),
        **panel_accuracy(mean, truth, scale),
        "coverage80": coverage(lower, upper, truth),
        "coverage80_sum": None if np.isnan(held) else held,
    }


def _truth(panel: Panel, task: AccuracyTask) -> _Array:
    """[N, K, H] what came after each origin."""
    length = len(panel.periods)
    starts = [length - days for days in task.origins_before_end]
    if min(task.origins_before_end) < task.horizon or min(starts) < 1:
        raise ValueError(f"{task.name}: {length} days do not hold every origin and its horizon")
    return np.stack([panel.value[:, start : start + task.horizon] for start in starts], axis=1)


def _warm_up(model: Contender, panel: Panel, task: AccuracyTask) -> None:
    """Compile what is compiled at the first call, on one series."""
    first = panel.take(np.array([0], dtype=np.intp))
    model.forecast(first.until(panel.periods[-task.horizon]), task.horizon, task.season)
