"""One contender on one set: its forecasts at every origin, and the rows they give."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.points import Points
from benchmarks.provenance import data_digest, identity, machine
from benchmarks.rows import Identity
from benchmarks.set_contenders import SET_CONTENDERS, SetContender
from benchmarks.set_panels import set_panel
from benchmarks.set_rows import SAMPLE, SetCpuRow, SetRow
from benchmarks.set_scores import sample_of, set_scores, set_truth
from benchmarks.set_tasks import SetTask
from ledger.panel import Panel

__all__ = ["is_current", "measure_set"]

_Array = NDArray[np.float64]


def is_current(task: SetTask, contender: str, data: Path, rows: Iterable[SetRow]) -> bool:
    """Whether a row was measured on these data with these settings and versions."""
    model = SET_CONTENDERS[contender]
    about = _about(task, model, set_panel(task, data))
    due = task.name + (SAMPLE if task.source in model.slow else "")
    wanted = (json.loads(about["settings"]), about["data"], json.loads(about["versions"]))
    return any(
        (row.settings, row.data, row.versions) == wanted
        for row in rows
        if (row.task, row.model) == (due, contender)
    )


def measure_set(task: SetTask, contender: str, data: Path) -> list[Identity]:
    """Rows of the set and of its sample; of the sample alone where the contender is slow.

    Of several seasons tried the one with the lowest MASE counts. CPU seconds are of this process
    and of those it starts, without a warm-up forecast of one series. Raises BadInput when a file
    is not there.
    """
    model, whole = SET_CONTENDERS[contender], set_panel(task, data)
    slow = task.source in model.slow
    sample = sample_of(task, len(whole.keys))
    panel = whole.take(sample) if slow else whole
    origins = task.origins_before_end[-1:] if slow else task.origins_before_end
    _warm_up(model, panel, task)
    truth = set_truth(task, panel)[:, -len(origins) :]
    started = _cpu_seconds()
    tried = [_forecast(model, panel, task, origins, season) for season in model.seasons_of(task)]
    seconds = _cpu_seconds() - started
    mean, fallbacks = min(tried, key=lambda one: _mase(task, panel, one[0], truth))
    about = _about(task, model, whole)
    few = about | {"task": task.name + SAMPLE}
    within = np.arange(len(sample)) if slow else sample
    chosen = set_scores(task, panel.take(within), mean[within, -1:], truth[within, -1:])
    cpu = {"forecasts": len(panel.keys) * len(origins) * len(tried), "cpu_seconds": seconds}
    rows: list[Identity] = [SetRow(**few, **chosen, fallbacks=fallbacks if slow else 0)]
    if not slow:
        rows.append(SetRow(**about, **set_scores(task, panel, mean, truth), fallbacks=fallbacks))
    return [*rows, SetCpuRow(**(few if slow else about), **cpu, machine=machine())]


def _cpu_seconds() -> float:
    """Of this process and of its finished children: Prophet optimises in a program of its own."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _about(task: SetTask, model: SetContender, panel: Panel) -> dict[str, str]:
    settings = {**model.settings, "seasons": list(model.seasons_of(task))}
    digest = data_digest(panel.fingerprint)
    return identity(task, model.name, model.role, settings, digest, packages=model.packages)


def _forecast(
    model: SetContender, panel: Panel, task: SetTask, origins: tuple[int, ...], season: int
) -> tuple[_Array, int]:
    """[N, K, H] knowing only what lies before each origin, and the failures."""
    said: list[Points] = [
        model.forecast(panel.until(panel.periods[-before]), task, season) for before in origins
    ]
    return np.stack([one.mean for one in said], axis=1), sum(one.fallbacks for one in said)


def _mase(task: SetTask, panel: Panel, mean: _Array, truth: _Array) -> float:
    return float(set_scores(task, panel, mean, truth)["mase"] or 0.0)


def _warm_up(model: SetContender, panel: Panel, task: SetTask) -> None:
    """Compile what is compiled at the first call, on a short piece of one series."""
    one = panel.take(np.array([0], dtype=np.intp))
    shortest = 3 * task.season + task.horizon
    last = one.periods[-task.horizon]
    season = min(model.seasons_of(task))
    model.forecast(one.until(last).since(one.periods[-shortest]), task, season)
