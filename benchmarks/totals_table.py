"""The table of totals."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.set_rows import SetRow
from benchmarks.set_tasks import SETS
from benchmarks.tables import Column, Group, markdown

__all__ = ["AVERAGED", "TOTALS", "totals_lines"]

#: File of the rows, and Costcast's way to a total.
TOTALS = "totals.csv"
AVERAGED = "Costcast, averaged"


def totals_lines(rows: Sequence[SetRow]) -> list[str]:
    """Errors of every way to the total of a set."""
    groups = [
        Group(task.title, [(row.model, row) for row in chosen])
        for task in SETS
        if (chosen := [row for row in rows if row.task == task.name])
    ]
    return markdown(("total of", "way"), _COLUMNS, groups)


def _share(number: float) -> str:
    return f"{100 * number:.1f} %"


def _signed(number: float) -> str:
    return f"{100 * number:+.1f} %"


_COLUMNS: tuple[Column[SetRow], ...] = (
    Column("WAPE", lambda row: row.wape, _share, float),
    Column("WAPE of sums", lambda row: row.wape_sum, _share, float),
    Column("bias", lambda row: row.bias, _signed, abs),
)
