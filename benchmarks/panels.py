"""The panels that are measured on: a generated world, or real bills of the folder `--data`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.tasks import AccuracyTask
from costcast.world.build import build_world
from costcast.world.truth import final_panel
from ledger.panel import Panel
from ledger.problems import BadInput
from ledger.series import SeriesKey

__all__ = ["MYBINDER", "OPTSCALE", "daily_panel", "panel_of"]

#: Names of the files below `--data`.
MYBINDER = "mybinder_bill_sku_daily.parquet"
OPTSCALE = "optscale_demo_daily.parquet"

#: The last day of the bill is partial, and so is this one.
_MYBINDER_END = np.datetime64("2018-06-18")
_MYBINDER_PARTIAL = np.datetime64("2018-02-04")
#: A project's service is a series from this total (USD) and this many days with rows on.
_LEAST_USD, _LEAST_DAYS = 1.0, 50
#: Value of a dimension that is summed over.
_TOTAL = "(total)"

#: Amounts by series and day.
_Amounts = Mapping[SeriesKey, Mapping[np.datetime64, float]]


def panel_of(task: AccuracyTask, data: Path | None) -> Panel:
    """Panel of a task; raises BadInput when it needs a file that is not in `data`."""
    if task.source == "world":
        if task.seed is None:
            raise ValueError(f"{task.name}: a generated world needs a seed")
        panel = final_panel(build_world(task.seed))
    else:
        panel = _mybinder(data) if task.source == "mybinder" else _optscale(data)
    return panel if task.latest_days is None else panel.since(panel.periods[-task.latest_days])


def daily_panel(amounts: _Amounts, *, missing: Iterable[np.datetime64] = ()) -> Panel:
    """Panel of the days from the first to the last row of any series.

    A day without a row is zero, except where no series has one: that is missing, as `missing` is.
    """
    keys = tuple(sorted(amounts))
    seen = np.array(sorted({day for key in keys for day in amounts[key]}))
    periods = np.arange(seen[0], seen[-1] + 1)
    value = np.zeros((len(keys), len(periods)))
    for row, key in enumerate(keys):
        for day, amount in amounts[key].items():
            value[row, int((day - periods[0]).astype(np.int64))] += amount
    absent = ~np.isin(periods, seen) | np.isin(periods, np.array(list(missing), "datetime64[D]"))
    value[:, absent] = np.nan
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=keys,
        periods=periods,
        value=value,
        observed=np.isfinite(value),
        completeness=np.where(np.isfinite(value), 1.0, np.nan),
        known_at=np.datetime64(periods[-1] + 1, "us"),
    )


def _mybinder(data: Path | None) -> Panel:
    """Project x service, each project and the total."""
    columns, days, cost = _table(data, MYBINDER, ("project", "service"))
    whole = days < _MYBINDER_END
    bottom: dict[SeriesKey, dict[np.datetime64, float]] = {}
    totals: dict[SeriesKey, dict[np.datetime64, float]] = {}
    for project, service, day, amount in zip(*columns, days, cost, strict=True):
        if day >= _MYBINDER_END:
            continue
        for into, key in (
            (bottom, SeriesKey.of(project=project, service=service)),
            (totals, SeriesKey.of(project=project, service=_TOTAL)),
            (totals, SeriesKey.of(project=_TOTAL, service=_TOTAL)),
        ):
            line = into.setdefault(key, {})
            line[day] = line.get(day, 0.0) + amount
    if not whole.any():
        raise BadInput("days before the partial last one", file=MYBINDER)
    large = {
        key: line
        for key, line in bottom.items()
        if sum(line.values()) > _LEAST_USD and len(line) >= _LEAST_DAYS
    }
    return daily_panel(large | totals, missing=[_MYBINDER_PARTIAL])


def _optscale(data: Path | None) -> Panel:
    """Every series of the file, as it is."""
    columns, days, cost = _table(data, OPTSCALE, ("team", "account", "service"))
    amounts: dict[SeriesKey, dict[np.datetime64, float]] = {}
    for team, account, service, day, amount in zip(*columns, days, cost, strict=True):
        line = amounts.setdefault(SeriesKey.of(team=team, account=account, service=service), {})
        line[day] = line.get(day, 0.0) + amount
    return daily_panel(amounts)


def _table(
    data: Path | None, name: str, columns: tuple[str, ...]
) -> tuple[list[list[str]], NDArray[np.datetime64], NDArray[np.float64]]:
    """Columns as text, days and amounts of a file of `--data`."""
    path = Path(name) if data is None else data / name
    if data is None or not path.is_file():
        raise BadInput("a file of real data (--data FOLDER)", file=str(path))
    table = pq.read_table(path, columns=[*columns, "ds", "y"])
    texts = [[str(text) for text in table[column].to_pylist()] for column in columns]
    days = table["ds"].to_numpy().astype("datetime64[D]")
    return texts, days, table["y"].to_numpy().astype(np.float64)
