"""The table of what each part of Costcast is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from benchmarks.set_rows import SetRow
from benchmarks.set_tasks import SETS

__all__ = ["ABLATION", "WHOLE", "ablation_lines"]

#: File of the rows.
ABLATION = "ablation.csv"
#: The variant that is Costcast as it is.
WHOLE = "as it is"

_Measure = Callable[[SetRow], float]


def ablation_lines(rows: Sequence[SetRow]) -> list[str]:
    """Ratios to Costcast as it is, the most useful part first."""
    whole = {row.task: row for row in rows if row.model == WHOLE}
    lines = [
        "| variant | sets | MASE | WAPE | WAPE of sums | worst | best |",
        "| --- | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    names = {row.model for row in rows} - {WHOLE}
    found = {name: [row for row in rows if row.model == name] for name in names}
    for name in sorted(names, key=lambda one: -_mean(found[one], whole, _error)):
        chosen = found[name]
        ratio = {row.task: _error(row) / _error(whole[row.task]) for row in chosen}
        worst, best = max(ratio, key=ratio.__getitem__), min(ratio, key=ratio.__getitem__)
        means = [f"{_mean(chosen, whole, measure):.3f}" for measure in _MEASURES]
        ends = [f"{_TITLES[task]} {ratio[task]:.3f}" for task in (worst, best)]
        lines.append("| " + " | ".join([name, str(len(chosen)), *means, *ends]) + " |")
    return lines


def _mean(rows: Sequence[SetRow], whole: Mapping[str, SetRow], measure: _Measure) -> float:
    """Geometric mean over sets of a variant's error over the whole's."""
    logs = [math.log(measure(row) / measure(whole[row.task])) for row in rows]
    return math.exp(sum(logs) / len(logs))


def _error(row: SetRow) -> float:
    return row.mase if row.owa is None else row.owa


def _wape(row: SetRow) -> float:
    return row.wape


def _wape_sum(row: SetRow) -> float:
    return row.wape_sum


_MEASURES: tuple[_Measure, ...] = (_error, _wape, _wape_sum)
_TITLES = {task.name: task.title for task in SETS}
