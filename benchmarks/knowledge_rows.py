"""Rows and page of what knowledge besides the panel is worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, Json
from pydantic.dataclasses import dataclass

from benchmarks.provenance import REPOSITORY
from benchmarks.results import RESULTS, read_rows
from benchmarks.rows import Identity, Number
from benchmarks.tables import Column, Group, markdown

__all__ = ["KNOWLEDGE", "REPORT", "TASKS", "KnowledgeRow", "KnowledgeTask", "report"]

#: File of the rows, and the page made of them.
KNOWLEDGE = "knowledge.csv"
REPORT = REPOSITORY / "docs" / "prices_ahead.md"


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class KnowledgeTask:
    """Forecast a panel at past days with and without what is known besides.

    Parameters
    ----------
    name, title
        Key of the rows, and what the table says.
    source, seed
        A generated world and its seed, or a set of `benchmarks.set_tasks`.
    horizon
        Days ahead.
    before_end
        How many days before the end of the panel each origin lies.
    """

    family: ClassVar[str] = "knowledge"

    name: str
    title: str
    source: Literal["world", "sets/mybinder-sku", "sets/mybinder-service"]
    seed: int | None = None
    horizon: int = 28
    before_end: tuple[int, ...] = (28, 48, 68, 88, 128, 168, 198)


TASKS: tuple[KnowledgeTask, ...] = (
    *(
        KnowledgeTask(
            name=f"knowledge/world-{seed}",
            title=f"generated company {seed}",
            source="world",
            seed=seed,
        )
        for seed in (14, 101, 202, 303)
    ),
    KnowledgeTask(
        name="knowledge/mybinder-sku",
        title="mybinder, SKUs",
        source="sets/mybinder-sku",
        before_end=(28, 56, 84, 112),
    ),
    KnowledgeTask(
        name="knowledge/mybinder-service",
        title="mybinder, services",
        source="sets/mybinder-service",
        before_end=(28, 56, 84, 112),
    ),
)

_LENGTHS = "lengths of months"
_HEAD = """\
# Prices that are known ahead, and special days

Written by `python -m benchmarks.knowledge --data folder` from `benchmarks/results`; not by hand.

**Quantities first.** Where a source counts tokens (else GPU-hours, else requests), Costcast
forecasts these per series and class of tokens, and multiplies them by what they will cost on their
day: `prices.csv` over the public list, each row from the moment it was known, at the level that was
really paid in the last seven days of use. Without a price a token costs what it cost of late. A
series is forecast by its quantities where its rolling-origin backtest, leaning on that of the
panel, says that this is not worse than forecasting its cost; the answer's `method` says so.

**Announcements move every series**, whichever way it is forecast: a price that changes moves the
cost from its day on, and a model that `models.csv` says is switched off costs nothing from that day
on; intervals move along. Nothing is assumed about where its traffic goes: a replacement's series
grows when its use does. A backtest at a past day knows what was known on that day. The answer's
`method` names day and size of the change.

**Calendar.** Lengths of months, first and last three days of a month and, with
`holidays_country = "DE"` (or `"US-CA"`), public holidays may correct a series. Each correction is
learned from days before an origin alone, tried at the origins, and kept for the series where it
saves 5 % of the loss, after shrinking. `calendar = false` and `quantities_first = false` switch all
this off.

Below: means over origins, 28 days ahead. "Prices known before": changes of price are in
`prices.csv` 30 days ahead; "on their day": only from the day they hold; "never": the file has the
first prices only. "Revised" is the share of forecasts that were changed; the last columns count
those corrected for lengths of months (storage is charged by the month) and for other special days,
the holidays of the US among them: a zero says that they never won. The margin of 5 % was chosen
among four on these series, so the gain of the calendar looks a little better than it is.
"""


class KnowledgeRow(Identity):
    """Accuracy of one way to use knowledge, over N series and C origins."""

    series: Annotated[int, Field(ge=0)]
    origins: Annotated[int, Field(ge=0)]
    mase: Number
    wape: Number
    wape_sum: Number
    revised: Annotated[float, Field(ge=0, le=1)]
    won: Json[dict[str, int]]


def report(results: Path = RESULTS) -> str:
    """Text of the page."""
    rows = read_rows(results / KNOWLEDGE, KnowledgeRow)
    groups = [
        Group(
            f"{task.title}: {chosen[0].series} series, {chosen[0].origins} origins", _named(chosen)
        )
        for task in TASKS
        if (chosen := [row for row in rows if row.task == task.name])
    ]
    return "\n".join([_HEAD, *markdown(("series", "what is known"), _COLUMNS, groups)]) + "\n"


def _named(rows: Sequence[KnowledgeRow]) -> list[tuple[str, KnowledgeRow]]:
    return [(row.model, row) for row in sorted(rows, key=lambda row: (row.role, row.model))]


def _share(number: float) -> str:
    return f"{100 * number:.1f} %"


def _lengths(row: KnowledgeRow) -> float:
    return row.won.get(_LENGTHS, 0)


def _others(row: KnowledgeRow) -> float:
    return sum(count for name, count in row.won.items() if name != _LENGTHS)


_COLUMNS: tuple[Column[KnowledgeRow], ...] = (
    Column("MASE", lambda row: row.mase, "{:.3f}".format, float),
    Column("WAPE", lambda row: row.wape, _share, float),
    Column("WAPE of sums", lambda row: row.wape_sum, _share, float),
    Column("revised", lambda row: row.revised, _share, None),
    Column("month lengths", _lengths, "{:.0f}".format, None),
    Column("other days", _others, "{:.0f}".format, None),
)
