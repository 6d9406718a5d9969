"""Detection in one generated world: every detector's alerts against the planted anomalies."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.detectors import DETECTORS
from benchmarks.provenance import data_digest, identity, machine
from benchmarks.rows import CpuRow, DetectionRow, Role
from benchmarks.tasks import DetectionTask
from costcast.world.build import build_world
from costcast.world.events import events_of
from costcast.world.final_usage import final_usage
from costcast.world.truth import final_panel
from insights.detection_truth import TruthEvent, match_alerts
from ledger.panel import Panel
from models.alert_rule import AlertRule
from models.alerting import incident_alerts
from models.detector_version import DetectorVersion
from models.usage import Usage
from training.detect import fit_detector

__all__ = ["alerts_of_budget", "measure_detection"]

_NANOSECONDS = 1e9


def measure_detection(task: DetectionTask) -> list[DetectionRow | CpuRow]:
    """Score Costcast, and the others under as many alerts as Costcast raised."""
    world = build_world(task.seed)
    panel, events = final_panel(world), events_of(world)
    data = data_digest(panel.fingerprint, repr(events))
    rows: list[DetectionRow | CpuRow] = []
    most = 0
    for name, role, usage in _own(final_usage(world)):
        version, seconds = _costcast(panel, usage, task)
        own = {"seed": task.detector_seed, "usage": usage is not None}
        about = identity(task, name, role, own, data)
        rows.extend(_rows(about, _score(panel, version.expected, version.alert, events), seconds))
        most = int(version.alert.sum())
    for detector in DETECTORS:
        started = time.process_time_ns()
        said = detector.score(panel.value)
        seconds = (time.process_time_ns() - started) / _NANOSECONDS
        told = _beyond_floors(panel.value, said.expected, task)
        alert = alerts_of_budget(said.score, told, most=most)
        about = identity(task, detector.name, detector.role, detector.settings, data)
        scored = _score(panel, said.expected, alert, events)
        rows.extend(_rows(about, scored, seconds))
    return rows


def _own(usage: Usage) -> tuple[tuple[str, Role, Usage | None], ...]:
    """Costcast without and with usage; the others raise as many alerts as it does with it."""
    return ("costcast, cost alone", "variant", None), ("costcast", "product", usage)


def alerts_of_budget(
    score: NDArray[np.float64], told: NDArray[np.bool_], *, most: int
) -> NDArray[np.bool_]:
    """Alerts [N, T] of the lowest threshold that raises at most this many.

    The incident rule is Costcast's own (`models.alerting`): a cool-down of 7 days unless the score
    is 1.3 times that of the last alert.
    """
    candidates = np.unique(score[told & np.isfinite(score)])
    low, high = 0, len(candidates)  # candidates[high:] raise few enough, none at worst
    while low < high:
        middle = (low + high) // 2
        raised = incident_alerts(score, told, float(candidates[middle])).sum()
        low, high = (low, middle) if raised <= most else (middle + 1, high)
    if low == len(candidates):
        return np.zeros(score.shape, dtype=np.bool_)
    return incident_alerts(score, told, float(candidates[low]))


def _costcast(
    panel: Panel, usage: Usage | None, task: DetectionTask
) -> tuple[DetectorVersion, float]:
    """The replay, as a night would make it, and the CPU seconds of the fit."""
    few = panel.take(np.arange(2, dtype=np.intp)).until(panel.periods[100])
    fit_detector(few, seed=task.detector_seed)  # compiles what is compiled at the first call
    started = time.process_time_ns()
    version = fit_detector(
        panel,
        rule=AlertRule(task.alerts_per_series_and_quarter, task.floor_amount, task.floor_share),
        seed=task.detector_seed,
        usage=usage,
    )
    return version, (time.process_time_ns() - started) / _NANOSECONDS


def _beyond_floors(
    actual: NDArray[np.float64], expected: NDArray[np.float64], task: DetectionTask
) -> NDArray[np.bool_]:
    distance = np.nan_to_num(np.abs(actual - expected), nan=-1.0)
    floor = np.maximum(task.floor_amount, task.floor_share * np.abs(np.nan_to_num(expected)))
    return np.asarray(distance >= floor)


def _score(
    panel: Panel,
    expected: NDArray[np.float64],
    alert: NDArray[np.bool_],
    events: Iterable[TruthEvent],
) -> dict[str, Any]:
    """Metric columns of `DetectionRow`."""
    names, impact = panel.unique_ids, panel.value - expected
    cells: list[tuple[str, date, float]] = [
        (names[row], panel.periods[day].astype(date), float(impact[row, day]))
        for row, day in np.argwhere(alert)
    ]
    score = match_alerts(cells, events)
    columns = set(DetectionRow.model_fields) - set(CpuRow.model_fields)
    return {name: getattr(score, name) for name in columns}


def _rows(
    about: dict[str, Any], score: dict[str, Any], seconds: float
) -> tuple[DetectionRow, CpuRow]:
    return (
        DetectionRow(**about, **score),
        CpuRow(**about, machine=machine(), cpu_seconds=seconds),
    )
