"""Accuracy on sets of real series: `python -m benchmarks.accuracy_sets --data FOLDER`.

Costcast is measured anew each time. The rows of the others stay as long as data, settings and
versions are the same (`--again` measures them too). Each row is written as soon as it is there.
Prophet and LightGBM need the environment of `bench.lock`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

from benchmarks import sets_report
from benchmarks.measured_sets import is_current, measure_set
from benchmarks.processes import one_thread
from benchmarks.results import RESULTS, read_rows, write_rows
from benchmarks.rows import Identity
from benchmarks.set_contenders import SET_CONTENDERS
from benchmarks.set_rows import SetCpuRow, SetRow
from benchmarks.set_tasks import SETS, SetTask

__all__ = ["SET_FILES", "due", "main"]

#: File to the type of its rows: scores, and what they took.
SET_FILES: dict[str, type[Identity]] = {"sets.csv": SetRow, "sets_cpu.csv": SetCpuRow}
_PROCESSES = 2

_Row = TypeVar("_Row", bound=Identity)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is not current, then write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy_sets", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the real series")
    parser.add_argument("--only", help="a set")
    parser.add_argument("--model", choices=list(SET_CONTENDERS), help="one contender")
    parser.add_argument("--again", action="store_true", help="measure the peers anew, too")
    parser.add_argument("--processes", type=int, default=_PROCESSES)
    asked = parser.parse_args(arguments)
    tasks = [task for task in SETS if asked.only in {None, task.name, task.name.split("/")[1]}]
    if not tasks:
        parser.error(f"got --only {asked.only}, wanted one of {', '.join(t.name for t in SETS)}")
    models = [asked.model] if asked.model else list(SET_CONTENDERS)
    chosen = due(tasks, models, asked.data, again=asked.again)
    screen = Console()
    _measure(chosen, asked.data, asked.processes, screen)
    sets_report.main()
    screen.print(f"{len(chosen)} measured in {RESULTS}", highlight=False, soft_wrap=True)


def due(
    tasks: Sequence[SetTask], models: Sequence[str], data: Path, *, again: bool
) -> list[tuple[SetTask, str]]:
    """What has to be measured, Costcast and its recipe alone first."""
    path = RESULTS / "sets.csv"
    rows = read_rows(path, SetRow) if path.exists() else []
    return [
        (task, name)
        for name in models
        for task in tasks
        if task.source not in SET_CONTENDERS[name].left_out
        and (
            again
            or SET_CONTENDERS[name].role in {"product", "variant"}
            or not is_current(task, name, data, rows)
        )
    ]


def _measure(due: Sequence[tuple[SetTask, str]], data: Path, most: int, screen: Console) -> None:
    spawn = get_context("spawn")
    with Progress(console=screen, transient=True) as progress:
        bar = progress.add_task("sets", total=len(due))
        with one_thread(), ProcessPoolExecutor(most, mp_context=spawn) as processes:
            futures = [processes.submit(measure_set, task, name, data) for task, name in due]
            for future in as_completed(futures):
                for file, kind in SET_FILES.items():
                    _put(RESULTS / file, kind, [r for r in future.result() if type(r) is kind])
                progress.advance(bar)


def _put(path: Path, kind: type[_Row], new: Sequence[_Row]) -> None:
    """Put rows in the place of those of the same set, its sample too, and model.

    Sets not known any more go.
    """
    old = read_rows(path, kind) if path.exists() else []
    known = {task.name for task in SETS}
    replaced = {(_set_of(row), row.model) for row in new}
    kept = [
        row
        for row in old
        if (_set_of(row), row.model) not in replaced
        and _set_of(row) in known
        and row.model in SET_CONTENDERS
    ]
    write_rows(path, kind, [*kept, *new])


def _set_of(row: Identity) -> str:
    return row.task.partition(":")[0]


if __name__ == "__main__":
    main()
