"""Panels of the sets: real series of the folder `--data`, each as its task defines it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.panels import MYBINDER, OPTSCALE
from benchmarks.set_tasks import SetSource, SetTask
from ledger.panel import Frequency, Panel
from ledger.problems import BadInput
from ledger.series import SeriesKey

__all__ = ["M4_TEST", "set_panel"]

_Array = NDArray[np.float64]

#: Weeks of the published test part.
M4_TEST = 13
#: The last day of the bill is partial, and so is this one.
_MYBINDER_END = pd.Timestamp("2018-06-18")
_MYBINDER_PARTIAL = np.datetime64("2018-02-04")
#: A series of the bill is measured from this total (USD) and this many days with rows on.
_LEAST_USD, _LEAST_DAYS = 1.0, 50
_TOTAL = "(total)"
#: Series of GenTD26: those with most listed hours (equals in order of name).
_GENTD_SERIES = 120


def set_panel(task: SetTask, data: Path) -> Panel:
    """Panel of a task; raises BadInput when its file is not in `data`.

    Weeks of M4 have no dates: its series are aligned at their ends, and a period is called a day.
    """
    return _MAKERS[task.source](data)


def _table(data: Path, name: str) -> pd.DataFrame:
    path = data / name
    if not path.is_file():
        raise BadInput("a file of real data (--data FOLDER)", file=str(path))
    return pd.read_parquet(path)


def _panel(
    values: Mapping[str, _Array], start: np.datetime64, frequency: Frequency, measure: str
) -> Panel:
    """Panel of series of equal length by name (NaN = not observed)."""
    names = sorted(values)
    value = np.array([values[name] for name in names])
    periods: NDArray[np.datetime64] = start + np.arange(value.shape[1])
    return Panel(
        measure=measure,
        currency="USD" if measure == "effective_cost" else None,
        frequency=frequency,
        keys=tuple(SeriesKey.of(series=name) for name in names),
        periods=periods,
        value=value,
        observed=np.isfinite(value),
        completeness=np.where(np.isfinite(value), 1.0, np.nan),
        known_at=np.datetime64(periods[-1] + 1, "us"),
    )


def _listed(
    table: pd.DataFrame, names: pd.Series[str], frequency: Frequency, measure: str
) -> Panel:
    """Panel of listed amounts: what is not listed is zero."""
    unit = f"datetime64[{frequency}]"
    at = table["ds"].to_numpy().astype(unit)
    first = at.min()
    column = (at - first).astype(np.int64)
    values: dict[str, _Array] = {}
    for name, rows in table.groupby(names.to_numpy()).indices.items():
        line = np.zeros(int(column.max()) + 1)
        np.add.at(line, column[rows], table["y"].to_numpy(np.float64)[rows])
        values[str(name)] = line
    return _panel(values, first, frequency, measure)


def _m4_weekly(data: Path) -> Panel:
    table = _table(data, "m4_weekly.parquet").sort_values(["unique_id", "ds"])
    lines = {str(name): rows.to_numpy(np.float64) for name, rows in table.groupby("unique_id")["y"]}
    longest = max(map(len, lines.values()))
    padded = {
        name: np.concatenate([np.full(longest - len(line), np.nan), line])
        for name, line in lines.items()
    }
    return _panel(padded, np.datetime64("2000-01-01", "D"), "D", "value")


def _whole(data: Path, name: str, measure: str) -> Panel:
    table = _table(data, name)
    return _listed(table, table["unique_id"], "h", measure)


def _servegen(data: Path) -> Panel:
    return _whole(data, "servegen_hourly.parquet", "tokens")


def _helios(data: Path) -> Panel:
    return _whole(data, "helios_earth_vc_hourly.parquet", "gpu_hours")


def _load(data: Path) -> Panel:
    return _whole(data, "load_hourly.parquet", "load")


def _gentd(data: Path) -> Panel:
    table = _table(data, "gentd26_hourly_sparse.parquet")
    hours = table.groupby("unique_id").size().sort_index()
    chosen = set(hours.sort_values(ascending=False, kind="stable").index[:_GENTD_SERIES])
    # the rows of all others keep the hours of the file and are dropped after
    everything = table["unique_id"].where(table["unique_id"].isin(chosen), "others")
    split = _listed(table, everything, "h", "gpu_seconds")
    names = [key["series"] for key in split.keys]
    values = {name: split.value[row] for row, name in enumerate(names) if name != "others"}
    return _panel(values | {_TOTAL: split.value.sum(axis=0)}, split.periods[0], "h", "gpu_seconds")


def _mybinder(data: Path) -> pd.DataFrame:
    table = _table(data, MYBINDER)
    return table[table["ds"] < _MYBINDER_END]


def _large(table: pd.DataFrame, names: pd.Series[str]) -> NDArray[np.bool_]:
    """Rows of series of more than one dollar on at least fifty days."""
    by_name = table.assign(name=names)
    days = by_name.groupby("name")["ds"].nunique()
    total = by_name.groupby("name")["y"].sum()
    keep = set(days.index[(days >= _LEAST_DAYS) & (total > _LEAST_USD)])
    return names.isin(keep).to_numpy()


def _mybinder_sku(data: Path) -> Panel:
    table = _mybinder(data)
    keep = _large(table, table["unique_id"])
    return _without_holes(_listed(table[keep], table["unique_id"][keep], "D", "effective_cost"))


def _mybinder_service(data: Path) -> Panel:
    table = _mybinder(data)
    bottom = table["project"] + "|" + table["service"]
    keep = _large(table, bottom)
    # levels side by side: each row counts in its series, in its project, service and the total
    parts = [
        (table[keep], bottom[keep]),
        (table, table["project"] + "|" + _TOTAL),
        (table, _TOTAL + "|" + table["service"]),
        (table, pd.Series(f"{_TOTAL}|{_TOTAL}", index=table.index)),
    ]
    rows = pd.concat([row for row, _ in parts])
    names = pd.concat([name for _, name in parts])
    return _without_holes(_listed(rows, names, "D", "effective_cost"))


def _without_holes(panel: Panel) -> Panel:
    """The panel with the partial day, and days on which nothing is listed at all, as missing."""
    value = panel.value.copy()
    absent = (value == 0).all(axis=0) | (panel.periods == _MYBINDER_PARTIAL)
    value[:, absent] = np.nan
    names = [key["series"] for key in panel.keys]
    lines = dict(zip(names, value, strict=True))
    return _panel(lines, panel.periods[0], panel.frequency, panel.measure)


def _optscale(data: Path) -> Panel:
    table = _table(data, OPTSCALE)
    return _listed(table, table["unique_id"], "D", "effective_cost")


_MAKERS: Mapping[SetSource, Callable[[Path], Panel]] = {
    "m4_weekly": _m4_weekly,
    "servegen": _servegen,
    "helios": _helios,
    "mybinder_sku": _mybinder_sku,
    "mybinder_service": _mybinder_service,
    "optscale": _optscale,
    "gentd": _gentd,
    "load": _load,
}
