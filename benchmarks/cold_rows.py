"""Rows and page of the cold starts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from benchmarks.cold_tasks import COLD_STARTS
from benchmarks.provenance import REPOSITORY
from benchmarks.results import RESULTS, read_rows
from benchmarks.rows import Identity, Number
from benchmarks.tables import Column, Group, markdown

__all__ = ["COLD_START", "REPORT", "ColdStartRow", "report"]

#: File of the rows, and the page made of them.
COLD_START = "cold_start.csv"
REPORT = REPOSITORY / "docs" / "cold_start.md"
_ROLES = ("product", "baseline", "peer")


_HEAD = """\
# Series without a history

Written by `python -m benchmarks.cold_start --data folder` from `benchmarks/results`; not by hand.

A series of a few days has no past forecasts to learn weights from. Costcast takes those of its
siblings, the same model in other teams and the same team's other models: as they did when they were
as young, where the panel saw them begin, and cut to as many days at every origin of their past,
which counts as four births do. The more dimensions two series share, the more they count; the panel
at large counts as one sibling. Intervals are as wide as siblings err from so few days. Nothing is
padded with zeros: days before the first amount are no history, unless the series is a sparse one.
Within the first week the forecast is the mean of what there is, which naive forecasts match; before
the first amount it is zero, which practically nothing beats. Answers carry the flag
`insufficient_history` with these words until four weeks have passed.

Below: launches of generated companies, forecast when so many days old; and real series cut to their
last days (ServeGen: hours), a quarter of a panel at a time, beside grown siblings. A cut series is
steadier than a new one, and no launch lies within the real bills. "Weights of the panel" is
Costcast without siblings.

MASE: error in units of the seasonal naive step of the whole series.
"""


class ColdStartRow(Identity):
    """Accuracy on N cut series and origins together; `task` ends with the periods left.

    Errors as in `benchmarks.set_rows.SetRow`; `coverage80` of steps, where there are intervals.
    """

    age: Annotated[int, Field(ge=1)]
    series: Annotated[int, Field(ge=0)]
    mase: Number
    wape: Number
    wape_sum: Number
    coverage80: Annotated[float, Field(ge=0, le=1)] | None


def report(results: Path = RESULTS) -> str:
    """Text of the page."""
    lines = _lines(read_rows(results / COLD_START, ColdStartRow))
    return "\n".join([_HEAD, *lines]) + "\n"


def _lines(rows: Sequence[ColdStartRow]) -> list[str]:
    """Table, a group for each set and age."""
    groups = [
        Group(f"{task.title}: {age} left, {chosen[0].series} forecasts", _named(chosen))
        for task in COLD_STARTS
        for age in task.ages
        if (chosen := [row for row in rows if row.task == f"{task.name}:{age}"])
    ]
    return markdown(("series", "model"), _COLUMNS, groups)


def _named(rows: Sequence[ColdStartRow]) -> list[tuple[str, ColdStartRow]]:
    ordered = sorted(rows, key=lambda row: (_ROLES.index(row.role), row.model))
    return [(row.model, row) for row in ordered]


def _share(number: float) -> str:
    return f"{100 * number:.1f} %"


_COLUMNS: tuple[Column[ColdStartRow], ...] = (
    Column("MASE", lambda row: row.mase, "{:.3f}".format, float),
    Column("WAPE", lambda row: row.wape, _share, float),
    Column("WAPE of sums", lambda row: row.wape_sum, _share, float),
    Column("80 % of steps", lambda row: row.coverage80, _share, None),
)
