"""Tables of the sets of real series, and by how much Costcast is better than the best other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.set_rows import SAMPLE, SetCpuRow, SetRow
from benchmarks.set_tasks import SETS, SetTask
from benchmarks.tables import Column, Group, markdown

__all__ = ["Ratio", "ratios", "set_lines", "summary_lines"]

_ROLES = ("product", "variant", "baseline", "peer")
_LARGEST_OWA_NOTE = "M4 Weekly: best published OWA 0.739; Naive2 here as published (9.161, 2.777)."


@dataclass(frozen=True)
class Ratio:
    """MASE (M4: OWA) of Costcast over that of the best other model of a set."""

    task: SetTask
    best: str
    value: float


def ratios(rows: Iterable[SetRow]) -> list[Ratio]:
    """One for each set with a row of Costcast and one of another model."""
    listed = list(rows)
    found = []
    for task in SETS:
        own = [row for row in _of(listed, task.name) if row.role == "product"]
        others = [row for row in _of(listed, task.name) if row.role in {"baseline", "peer"}]
        if own and others:
            best = min(others, key=_error)
            found.append(Ratio(task, best.model, _error(own[0]) / _error(best)))
    return found


def set_lines(rows: Sequence[SetRow], cpu: Sequence[SetCpuRow], *, sample: bool) -> list[str]:
    """Table of the whole sets, or of their samples, where every model ran."""
    end = SAMPLE if sample else ""
    groups = [
        Group(_title(task, chosen[0]), [(row.model, row) for row in chosen])
        for task in SETS
        if (chosen := _of(rows, task.name + end))
    ]
    columns = _COLUMNS if sample else (*_COLUMNS, _time(cpu))
    return markdown(("set", "model"), columns, groups)


def summary_lines(rows: Sequence[SetRow]) -> list[str]:
    """Ratios, best first named, and their geometric mean."""
    found = ratios(rows)
    if not found:
        return []
    lines = ["| set | best other | Costcast / best other |", "| --- | --- | ---: |"]
    lines += [f"| {one.task.title} | {one.best} | {one.value:.3f} |" for one in found]
    mean = math.exp(sum(math.log(one.value) for one in found) / len(found))
    lines.append(f"| **geometric mean** | | **{mean:.3f}** |")
    return [*lines, "", _LARGEST_OWA_NOTE]


def _of(rows: Iterable[SetRow], task: str) -> list[SetRow]:
    chosen = [row for row in rows if row.task == task]
    return sorted(chosen, key=lambda row: (_ROLES.index(row.role), row.model))


def _error(row: SetRow) -> float:
    return row.mase if row.owa is None else row.owa


def _title(task: SetTask, row: SetRow) -> str:
    return f"{task.title}: {row.series} series, {row.origins} x {task.horizon} steps"


def _share(number: float) -> str:
    return f"{100 * number:.1f} %"


def _signed(number: float) -> str:
    return f"{100 * number:+.1f} %"


def _time(cpu: Sequence[SetCpuRow]) -> Column[SetRow]:
    """Milliseconds of CPU a series and origin."""
    spent = {(row.task, row.model): 1000 * row.cpu_seconds / row.forecasts for row in cpu}
    number: Callable[[SetRow], float | None] = lambda row: spent.get((row.task, row.model))  # noqa: E731
    return Column("ms a forecast", number, "{:.1f}".format, None)


_COLUMNS: tuple[Column[SetRow], ...] = (
    Column("MASE", lambda row: row.mase, "{:.3f}".format, float),
    Column("OWA", lambda row: row.owa, "{:.3f}".format, float),
    Column("WAPE", lambda row: row.wape, _share, float),
    Column("WAPE of sums", lambda row: row.wape_sum, _share, float),
    Column("bias", lambda row: row.bias, _signed, abs),
)
