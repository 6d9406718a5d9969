"""How well anomalies are found: `python -m benchmarks.anomaly --data FOLDER`.

Parts: the Numenta Anomaly Benchmark ("nab"), events injected into series ("injection"), the time of
ten thousand forests ("forests"). Each row is written as soon as it is there, the tables
at the end.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

from benchmarks import anomaly_report
from benchmarks.forest_rows import ForestRow
from benchmarks.forest_scale import FOREST_SCALE, measure_forests
from benchmarks.injection import measure_injection
from benchmarks.injection_prophet import measure_prophet
from benchmarks.injection_rows import InjectionRow
from benchmarks.injection_tasks import INJECTION, same_series
from benchmarks.nab import measure_nab, measure_published
from benchmarks.nab_detectors import NAB_DETECTORS
from benchmarks.nab_rows import NabRow
from benchmarks.nab_tasks import NAB
from benchmarks.processes import one_thread
from benchmarks.results import RESULTS, read_rows, write_rows
from benchmarks.rows import Identity

__all__ = ["ANOMALY_FILES", "PARTS", "Part", "main"]

_PROCESSES = 2
#: Prophet is in the environment of `bench.lock` only; elsewhere its row stays as it is.
_HAS_PROPHET = find_spec("prophet") is not None

#: Function and arguments; the folder of data comes last.
Job = tuple[Callable[..., Iterable[Identity]], tuple[object, ...]]
_Row = TypeVar("_Row", bound=Identity)


@dataclass(frozen=True)
class Part:
    """A part of the benchmark.

    Parameters
    ----------
    files
        File of results to the type of its rows.
    jobs
        Independent pieces of work.
    alone
        Whether they are timings, which run one after the other with nothing beside them.
    """

    files: Mapping[str, type[Identity]]
    jobs: Sequence[Job]
    alone: bool = False


PARTS: Mapping[str, Part] = {
    "nab": Part(
        {"nab.csv": NabRow},
        (
            *((measure_nab, (task, name)) for task in NAB for name in NAB_DETECTORS),
            (measure_published, (NAB[0],)),
        ),
    ),
    "injection": Part(
        {"injection.csv": InjectionRow},
        (
            *((measure_injection, (tasks,)) for tasks in same_series(INJECTION)),
            *((measure_prophet, (task,)) for task in INJECTION if task.sampled and _HAS_PROPHET),
        ),
    ),
    "forests": Part(
        {"forests.csv": ForestRow},
        tuple((measure_forests, (task,)) for task in FOREST_SCALE),
        alone=True,
    ),
}
#: Every file to the type of its rows.
ANOMALY_FILES: Mapping[str, type[Identity]] = {
    name: kind for part in PARTS.values() for name, kind in part.files.items()
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the parts, replace their rows, write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.anomaly", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the real series")
    parser.add_argument("--only", choices=list(PARTS), help="one part")
    parser.add_argument("--processes", type=int, default=_PROCESSES)
    asked = parser.parse_args(arguments)
    chosen = [part for name, part in PARTS.items() if asked.only in {None, name}]
    screen = Console()
    with Progress(console=screen, transient=True) as progress:
        bar = progress.add_task("anomalies", total=sum(len(part.jobs) for part in chosen))
        for part in sorted(chosen, key=lambda part: part.alone):
            for rows in _measured(part, asked.data, 1 if part.alone else asked.processes):
                for name, kind in part.files.items():
                    _put(RESULTS / name, kind, [row for row in rows if type(row) is kind])
                progress.advance(bar)
    anomaly_report.main()
    screen.print(f"rows in {RESULTS}", highlight=False, soft_wrap=True)


def _measured(part: Part, data: Path, most: int) -> Iterable[list[Identity]]:
    """Rows of each job as it ends."""
    spawn = get_context("spawn")
    with one_thread(), ProcessPoolExecutor(most, mp_context=spawn) as processes:
        futures = [processes.submit(work, *given, data) for work, given in part.jobs]
        for future in as_completed(futures):
            yield list(future.result())


def _put(path: Path, kind: type[_Row], new: Sequence[_Row]) -> None:
    """Put rows in the place of those of the same task and model."""
    old = read_rows(path, kind) if path.exists() else []
    replaced = {(row.task, row.model) for row in new}
    write_rows(path, kind, [*(r for r in old if (r.task, r.model) not in replaced), *new])


if __name__ == "__main__":
    main()
