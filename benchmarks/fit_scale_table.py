"""Rows and page of many series: seconds and memory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from benchmarks.provenance import REPOSITORY
from benchmarks.results import RESULTS, read_rows
from benchmarks.rows import Identity

__all__ = ["FIT_SCALE", "REPORT", "FitScaleRow", "report"]

#: File of the rows, and the page made of them.
FIT_SCALE = "fit_scale.csv"
REPORT = REPOSITORY / "docs" / "scale.md"

_Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]

#: The step that has nothing to do with the number of series.
_ONCE = "compilation"
#: What the steps of Costcast are called, in the order of the page.
_TITLES = {
    "members": "members and weights",
    "version": "whole version",
    _ONCE: "first call ever, with compilation",
}
#: A ratio from here on is written without decimals.
_LARGE = 10

_HEAD = """\
# Forecasts of many series

Written by `python -m benchmarks.fit_scale`; not by hand. Generated daily series of two years,
forecast 90 days ahead, in one process with two threads. "Members and weights": every member of the
pool at eight past origins and now, weighed and combined (`models.panel_forecast`). "Whole version":
that with residual paths, calibrated widths and quantiles (`training.fit`). Both after compilation,
which a machine does once. The peers fit and forecast some of the same series once each, without
origins; "times" is their CPU over that of the members and weights of the most series. Memory is
what the process holds beyond its start at the most; forecasts of past origins lie in a temporary
file from a quarter of a gigabyte on (`training.room`).

| series | what | seconds | CPU ms a series | times | memory, MB | kB a series |
| ---: | --- | ---: | ---: | ---: | ---: | ---: |
"""


class FitScaleRow(Identity):
    """Wall and CPU seconds, and the most memory held beyond the start; `task` ends with what."""

    machine: str
    series: Annotated[int, Field(ge=1)]
    seconds: _Positive
    cpu_seconds: _Positive
    memory_mb: _Positive


def report(results: Path = RESULTS) -> str:
    """Text of the page."""
    rows = read_rows(results / FIT_SCALE, FitScaleRow)
    ordered = sorted(rows, key=_place)
    largest = max((row for row in rows if row.task.endswith(":members")), key=lambda r: r.series)
    lines = "".join(_line(row, _ms(row) / _ms(largest)) for row in ordered)
    return f"{_HEAD}{lines}\nOn {ordered[0].machine}.\n"


def _place(row: FitScaleRow) -> tuple[bool, int, int, str]:
    """Costcast first, few series before many, steps as they are done."""
    step = row.task.partition(":")[2]
    place = list(_TITLES).index(step) if step in _TITLES else len(_TITLES)
    return row.role != "product", row.series, place, row.model


def _ms(row: FitScaleRow) -> float:
    """CPU milliseconds a series."""
    return 1000 * row.cpu_seconds / row.series


def _line(row: FitScaleRow, times: float) -> str:
    step = row.task.partition(":")[2]
    own, each = step in _TITLES, step != _ONCE
    cells = (
        f"{row.series:,}".replace(",", " "),
        f"Costcast, {_TITLES[step]}" if own else f"{row.model}, one fit and forecast",
        f"{row.seconds:.1f}",
        f"{_ms(row):.1f}" if each else "-",
        (f"{times:.1f}" if times < _LARGE else f"{times:.0f}") if each else "-",
        f"{row.memory_mb:.0f}" if own else "-",
        f"{1024 * row.memory_mb / row.series:.0f}" if own and each else "-",
    )
    return "| " + " | ".join(cells) + " |\n"
