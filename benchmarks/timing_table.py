"""The README's tables of time: the steps of a night, and what each contender costs."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.rows import CpuRow, TimingRow
from benchmarks.tasks import ACCURACY, DETECTION

__all__ = ["timing_lines"]

_FAMILIES = (("accuracy", ACCURACY), ("detection", DETECTION))


def timing_lines(steps: Sequence[TimingRow], cpu: Sequence[CpuRow]) -> list[str]:
    """Table of steps, CPU seconds of the contenders, machine and versions."""
    lines = ["| step | seconds |", "| --- | ---: |"]
    lines += [f"| {row.title} | {_seconds(row.seconds)} |" for row in _slowest_first(steps)]
    spent = [
        f"{_titles(family)}: {', '.join(_spent([row for row in cpu if row.task in names]))}"
        for family, tasks in _FAMILIES
        if (names := {task.name for task in tasks})
    ]
    return [
        *lines,
        "",
        "CPU seconds of the tables above, " + "; ".join(spent) + ".",
        "",
        _made(steps),
    ]


def _titles(family: str) -> str:
    return {"accuracy": "forecasts of all data", "detection": "all companies"}[family]


def _spent(rows: Sequence[CpuRow]) -> list[str]:
    models = sorted({row.model for row in rows}, key=lambda name: (name != "costcast", name))
    return [
        f"{name} {_seconds(sum(row.cpu_seconds for row in rows if row.model == name))}"
        for name in models
    ]


def _slowest_first(steps: Sequence[TimingRow]) -> list[TimingRow]:
    return sorted(steps, key=lambda row: (-row.seconds, row.task))


def _seconds(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.2g}"


def _made(steps: Sequence[TimingRow]) -> str:
    """Machine and versions, which a time means nothing without."""
    labels = sorted({(row.machine, tuple(sorted(row.versions.items()))) for row in steps})
    texts = [
        f"{machine}; {', '.join(f'{name} {version}' for name, version in versions)}"
        for machine, versions in labels
    ]
    return f"On {' and '.join(texts)}."
