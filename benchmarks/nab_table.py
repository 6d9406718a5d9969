"""The table of the Numenta Anomaly Benchmark."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.nab_detectors import NAB_DETECTORS
from benchmarks.nab_rows import NabRow
from benchmarks.nab_tasks import NAB
from benchmarks.tables import Column, Group, markdown

__all__ = ["nab_lines"]

#: Published detectors that are shown, the best first.
_SHOWN = 6


def nab_lines(
    rows: Sequence[NabRow], *, tasks: Sequence[str] = (), published: int = _SHOWN
) -> list[str]:
    """Table of the sampling steps, of all of them when none is named; published detectors last."""
    groups = [
        Group(task.title, [(_name(row), row) for row in _ordered(own, published)])
        for task in NAB
        if (own := [row for row in rows if row.task == task.name])
        and (not tasks or task.name in tasks)
    ]
    return markdown(("sampling step", "detector"), _COLUMNS, groups)


def _ordered(rows: Sequence[NabRow], published: int) -> list[NabRow]:
    own = [row for row in rows if row.model in NAB_DETECTORS]
    others = [row for row in rows if row.model not in NAB_DETECTORS]
    order = list(NAB_DETECTORS)
    return [
        *sorted(own, key=lambda row: order.index(row.model)),
        *sorted(others, key=lambda row: -row.score)[:published],
    ]


def _name(row: NabRow) -> str:
    return row.model if row.model in NAB_DETECTORS else f"{row.model} (published)"


_COLUMNS: tuple[Column[NabRow], ...] = (
    Column("solved by replay", lambda row: row.solved, "{:.1f}".format, lambda score: -score),
    Column("alerts a week", lambda row: row.solved_alerts_per_week, "{:.2f}".format, None),
    Column("best threshold", lambda row: row.score, "{:.1f}".format, lambda score: -score),
    Column("alerts a week there", lambda row: row.alerts_per_week, "{:.2f}".format, None),
)
