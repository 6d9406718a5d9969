"""Progress of long work: one line per step, with a bar where the step counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

__all__ = ["Counter", "Step", "silent", "steps_on"]

#: Called with (done, total) while a step works.
Counter = Callable[[int, int], None]


class Step(Protocol):
    """Starts the named step, which ends the one before; returns the step's counter."""

    def __call__(self, name: str) -> Counter:
        """Start the step `name`."""
        ...


def silent(name: str) -> Counter:  # noqa: ARG001
    """Show nothing: the default of library use."""
    return lambda done, total: None  # noqa: ARG005


@contextmanager
def steps_on(screen: Console) -> Iterator[Step]:
    """Show the steps on a terminal, each with its elapsed time."""
    columns = [SpinnerColumn(finished_text="*"), TextColumn("{task.description}"), BarColumn(24)]
    with Progress(*columns, TimeElapsedColumn(), console=screen) as progress:
        running: list[int] = []

        def end_last() -> None:
            for task in running:
                progress.update(task, total=1, completed=1)  # type: ignore[arg-type]
            running.clear()

        def step(name: str) -> Counter:
            end_last()
            task = progress.add_task(name, total=None)
            running.append(task)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield step
        end_last()
