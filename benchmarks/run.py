"""Measure and write `results/*.csv`, then the README: `python -m benchmarks.run`.

Scores run in two processes of one thread each, the longest first; timings alone, after them.
Tasks on real data run when `--data` is given; otherwise their rows stay as they are.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks import render
from benchmarks.accuracy import measure_accuracy
from benchmarks.contenders import CONTENDERS
from benchmarks.detection import measure_detection
from benchmarks.processes import one_thread
from benchmarks.results import FILES, RESULTS, read_rows, replace_rows, write_rows
from benchmarks.rows import Identity
from benchmarks.tasks import TASKS, AccuracyTask, DetectionTask, Task, TimingTask
from benchmarks.timing import measure_timing

__all__ = ["chosen_tasks", "main"]

_PROCESSES = 2
#: Contenders by the time they take, the longest first, so that no process waits at the end.
_LONGEST_FIRST = ("AutoETS", "AutoCES", "costcast", "AutoTheta", "SeasonalNaive")

_Job = tuple[Callable[..., Iterable[Identity]], tuple[object, ...]]


def chosen_tasks(only: str | None, data: Path | None) -> list[Task]:
    """Tasks of a name or of a family, those on real data only when there is a folder.

    Raises ValueError naming the tasks there are when none has this name.
    """
    named = [task for task in TASKS if only in {None, task.name, task.family}]
    if not named:
        known = ", ".join([*sorted({task.family for task in TASKS}), *(t.name for t in TASKS)])
        raise ValueError(f"got --only {only}, wanted one of {known}")
    return [task for task in named if data is not None or not _needs_data(task)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the tasks, replace their rows, render the README."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of real data")
    parser.add_argument("--only", help="a task, or a family of tasks")
    asked = parser.parse_args(arguments)
    screen = Console()
    try:
        tasks = chosen_tasks(asked.only, asked.data)
    except ValueError as problem:
        parser.error(str(problem))
    rows = _measure(tasks, asked.data, screen)
    for name, kind in FILES.items():
        _replace(RESULTS / name, kind, [row for row in rows if type(row) is kind])
    if all((RESULTS / name).exists() for name in FILES):
        render.main()
    screen.print(f"{len(rows)} rows of {len(tasks)} tasks in {RESULTS}", highlight=False)


def _measure(tasks: Sequence[Task], data: Path | None, screen: Console) -> list[Identity]:
    jobs = _jobs(tasks, data)
    rows: list[Identity] = []
    with Progress(console=screen, transient=True) as progress:
        bar = progress.add_task("scores", total=len(jobs))
        spawn = get_context("spawn")
        with one_thread(), ProcessPoolExecutor(_PROCESSES, mp_context=spawn) as processes:
            futures = [processes.submit(work, *arguments) for work, arguments in jobs]
            for future in as_completed(futures):
                rows.extend(future.result())
                progress.advance(bar)
        progress.update(bar, description="timings")
        for task in tasks:
            if isinstance(task, TimingTask):
                rows.extend(measure_timing(task))
    return rows


def _jobs(tasks: Sequence[Task], data: Path | None) -> list[_Job]:
    """Independent pieces of work; a new family of tasks adds its own here."""
    accuracy: list[_Job] = [
        (measure_accuracy, (task, name, data))
        for name in sorted(CONTENDERS, key=_LONGEST_FIRST.index)
        for task in tasks
        if isinstance(task, AccuracyTask)
    ]
    detection: list[_Job] = [
        (measure_detection, (task,)) for task in tasks if isinstance(task, DetectionTask)
    ]
    return accuracy + detection


def _needs_data(task: Task) -> bool:
    return isinstance(task, AccuracyTask) and task.source != "world"


def _replace(path: Path, kind: type[Identity], new: Sequence[Identity]) -> None:
    old = read_rows(path, kind) if path.exists() else []
    path.parent.mkdir(exist_ok=True)
    write_rows(path, kind, replace_rows(old, new, [task.name for task in TASKS]))


if __name__ == "__main__":
    main()
