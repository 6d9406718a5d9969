"""The files of results: sorted CSV, the same bytes for the same rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from benchmarks.rows import AccuracyRow, CpuRow, DetectionRow, Identity, TimingRow

__all__ = ["FILES", "RESULTS", "read_rows", "replace_rows", "write_rows"]

#: Folder of the committed files.
RESULTS = Path(__file__).parent / "results"
#: File to the type of its rows. What took how long is never in a file of scores.
FILES: dict[str, type[Identity]] = {
    "accuracy.csv": AccuracyRow,
    "detection.csv": DetectionRow,
    "cpu.csv": CpuRow,
    "timing.csv": TimingRow,
}

_Row = TypeVar("_Row", bound=Identity)


def read_rows(path: Path, kind: type[_Row]) -> list[_Row]:
    """Read and validate a file; raises pydantic.ValidationError for a row that is not right."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            kind.model_validate({name: text or None for name, text in row.items()})
            for row in csv.DictReader(lines)
        ]


def write_rows(path: Path, kind: type[_Row], rows: Iterable[_Row]) -> None:
    """Write the rows sorted by task and model."""
    names = list(kind.model_fields)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(names)
        for row in sorted(rows, key=lambda row: (row.task, row.model)):
            writer.writerow([_text(getattr(row, name)) for name in names])


def replace_rows(old: Sequence[_Row], new: Sequence[_Row], known: Iterable[str]) -> list[_Row]:
    """Put new rows in the place of the old ones of their tasks; tasks not `known` any more go."""
    done, still = {_task_of(row) for row in new}, set(known)
    kept = [row for row in old if _task_of(row) not in done and _task_of(row) in still]
    return [*kept, *new]


def _task_of(row: Identity) -> str:
    """Name of the task; a step of a task is written `task:step`."""
    return row.task.partition(":")[0]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)
