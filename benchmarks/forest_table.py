"""The table of the time that many forests take."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.forest_rows import ForestRow
from benchmarks.tables import Column, Group, markdown

__all__ = ["forest_lines"]


def forest_lines(rows: Sequence[ForestRow]) -> list[str]:
    """Table of every step, Costcast first."""
    groups = []
    for task in sorted({row.task for row in rows}):
        own = sorted((row for row in rows if row.task == task), key=lambda row: row.role == "peer")
        _, _, name = task.partition("/")
        size, _, step = name.partition(":")
        trees = "50 trees" if size.endswith("50-trees") else "as shipped"
        groups.append(Group(f"{step}, {trees}", [(row.model, row) for row in own]))
    return markdown(("step", "forest"), _COLUMNS, groups)


_COLUMNS: tuple[Column[ForestRow], ...] = (
    Column("forests", lambda row: row.forests, "{:.0f}".format, None),
    Column("seconds", lambda row: row.seconds, "{:.2f}".format, None),
    Column("ms a forest", lambda row: row.ms_per_forest, "{:.4f}".format, lambda ms: ms),
    Column("packed, MB", lambda row: row.megabytes, "{:.0f}".format, None),
)
