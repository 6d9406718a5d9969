"""Ten thousand series in one process: `python -m benchmarks.fit_scale`.

Seconds and memory of the members with weights and inner origins, and of a whole forecaster version
with intervals, after compilation, beside peers on some of the same series; each in a process of its
own, so that nothing is left of others.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from tempfile import TemporaryDirectory
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass
from rich.console import Console
from statsforecast.models import AutoARIMA, AutoETS

from benchmarks.fit_scale_table import FIT_SCALE, REPORT, FitScaleRow, report
from benchmarks.memory import MemoryWatch
from benchmarks.provenance import data_digest, identity, machine
from benchmarks.results import RESULTS, write_rows
from benchmarks.rows import Role
from ledger.panel import Panel
from ledger.series import SeriesKey
from models.panel_forecast import forecast_panel
from training.fit import fit_forecaster

__all__ = ["TASKS", "FitScaleTask", "generated", "main", "measure", "measure_peer"]

_Array = NDArray[np.float64]
_TEAMS = 100
#: Series that compiled code is loaded on before the time is taken; a peer needs one.
_WARM_UP = 8


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class FitScaleTask:
    """So many series of so many days, forecast so far ahead."""

    family: ClassVar[str] = "fit-scale"

    name: str
    series: int
    days: int = 730
    horizon: int = 90
    season: int = 7
    threads: int = 2
    seed: int = 0


TASKS = tuple(FitScaleTask(name=f"fit-scale/{n}", series=n) for n in (1_000, 10_000))


def generated(task: FitScaleTask) -> Panel:
    """Spend with a week, a wandering level and noise; a hundred teams."""
    rng = np.random.default_rng(task.seed)
    week = np.resize([1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.4], task.days)
    shape = (task.series, task.days)
    level = np.exp(rng.normal(0, 0.02, shape).cumsum(axis=1) + rng.normal(4, 1, (task.series, 1)))
    value = np.asarray(level * week * rng.lognormal(0, 0.1, shape))
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(
            SeriesKey.of(team=f"t{row % _TEAMS}", model=f"m{row // _TEAMS}")
            for row in range(task.series)
        ),
        periods=np.datetime64("2024-10-20") + np.arange(task.days),
        value=value,
        observed=np.isfinite(value),
        completeness=np.ones(shape),
        known_at=np.datetime64("2026-10-20T06:00"),
    )


def _members(panel: Panel, task: FitScaleTask) -> None:
    forecast_panel(panel.value, task.horizon, task.season, threads=task.threads)


def _version(panel: Panel, task: FitScaleTask) -> None:
    fit_forecaster(
        panel, horizon=task.horizon, season=task.season, workers=task.threads, seed=task.seed
    )


_WORK: Mapping[str, Callable[[Panel, FitScaleTask], None]] = {
    "members": _members,
    "version": _version,
}
#: What others would use, and how many of the series it is given, evenly spaced: seconds a fit.
_PEERS: Mapping[str, tuple[type[AutoETS | AutoARIMA], int]] = {
    "AutoETS": (AutoETS, 20),
    "AutoARIMA": (AutoARIMA, 6),
}


def measure(task: FitScaleTask, step: str) -> FitScaleRow:
    """Take the time and the memory of a step, after a warm-up on eight series."""
    return _measure(task, generated(task), "costcast", step, _WORK[step])


def measure_compilation(task: FitScaleTask) -> FitScaleRow:
    """Time of the first forecast on a machine that has compiled nothing, of eight series."""
    few = generated(task).take(np.arange(_WARM_UP))
    return _timed(task, few, "costcast", "compilation", _members)


def measure_peer(task: FitScaleTask, name: str) -> FitScaleRow:
    """One fit and one forecast of each of some series by a model of statsforecast."""
    panel, (kind, count) = generated(task), _PEERS[name]
    chosen = np.unique(np.linspace(0, task.series - 1, count).astype(np.intp))

    def work(panel: Panel, task: FitScaleTask) -> None:
        for y in panel.value:
            kind(season_length=task.season).forecast(y=y, h=task.horizon)

    return _measure(task, panel.take(chosen), name, "peer", work)


def _measure(
    task: FitScaleTask,
    panel: Panel,
    model: str,
    step: str,
    work: Callable[[Panel, FitScaleTask], None],
) -> FitScaleRow:
    """Warm up and take the time."""
    work(panel.take(np.arange(min(_WARM_UP, len(panel.keys)) if step in _WORK else 1)), task)
    return _timed(task, panel, model, step, work)


def _timed(
    task: FitScaleTask,
    panel: Panel,
    model: str,
    step: str,
    work: Callable[[Panel, FitScaleTask], None],
) -> FitScaleRow:
    watch = MemoryWatch()
    wall, cpu = time.perf_counter(), time.process_time()
    with watch:
        work(panel, task)
    role: Role = "product" if model == "costcast" else "peer"
    about = identity(task, model, role, {}, data_digest(panel.fingerprint))
    return FitScaleRow(
        **(about | {"task": f"{task.name}:{step}"}),
        machine=machine(),
        series=len(panel.keys),
        seconds=time.perf_counter() - wall,
        cpu_seconds=time.process_time() - cpu,
        memory_mb=watch.most_mb,
    )


def _alone(of: Callable[..., FitScaleRow], *arguments: object) -> FitScaleRow:
    """In a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(of, *arguments).result()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every task and step, write the rows and the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_scale", description=__doc__)
    parser.parse_args(arguments)
    largest = TASKS[-1]
    with TemporaryDirectory(prefix="costcast-bench-") as folder:
        # numba reads it when it is imported, and a process that is started imports it anew
        os.environ["NUMBA_CACHE_DIR"] = folder
        rows = [_alone(measure_compilation, largest)]
        del os.environ["NUMBA_CACHE_DIR"]
    rows += [_alone(measure, task, step) for task in TASKS for step in _WORK]
    rows += [_alone(measure_peer, largest, name) for name in _PEERS]
    write_rows(RESULTS / FIT_SCALE, FitScaleRow, rows)
    REPORT.write_text(report(), encoding="utf-8")
    Console().print(f"{len(rows)} rows in {RESULTS / FIT_SCALE}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
