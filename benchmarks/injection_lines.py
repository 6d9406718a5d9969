"""The series that events are put into: whole, regular, without holes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.injection_tasks import InjectionSource, InjectionTask
from benchmarks.panels import MYBINDER, OPTSCALE
from costcast.world.build import build_world
from costcast.world.prices import PICO
from costcast.world.truth import series_truth
from ledger.problems import BadInput

__all__ = ["Line", "injection_lines"]

_Array = NDArray[np.float64]

#: The last day of the bill is partial; of two days in February one is missing and one is partial.
_MYBINDER_END = pd.Timestamp("2018-06-18")
_MYBINDER_HOLES = (pd.Timestamp("2018-02-03"), pd.Timestamp("2018-02-04"))
_WEEK = 7
_LEAST_USD = 1.0
#: Shares of the days that have an amount.
_MYBINDER_SHARE, _OPTSCALE_SHARE = 0.9, 0.85
_OPTSCALE_DAYS = 58
#: The generated company, and as many of its last days as the longest bill has.
_WORLD, _WORLD_DAYS = 14, 187
#: Hourly series with tokens in more than this share of the hours.
_SERVEGEN = "servegen_hourly.parquet"
_SERVEGEN_SHARE = 0.95


@dataclass(frozen=True)
class Line:
    """A series by name, [n] finite, from its first amount on."""

    unique_id: str
    y: _Array


def injection_lines(task: InjectionTask, data: Path | None) -> list[Line]:
    """Series of a task in order of name; raises BadInput when a file is not in `data`."""
    lines = sorted(_MAKERS[task.source](data), key=lambda line: line.unique_id)
    if task.sampled is None:
        return lines
    chosen = np.linspace(0, len(lines) - 1, task.sampled).round().astype(int)
    return [lines[place] for place in chosen]


def _bills(data: Path | None) -> list[Line]:
    """Mybinder's services and SKUs, and OptScale."""
    return [*_mybinder(data), *_optscale(data)]


def _mybinder(data: Path | None) -> list[Line]:
    table = _table(data, MYBINDER)
    table = table[table["ds"] < _MYBINDER_END]
    service = table["project"] + "|" + table["service"]
    lines = []
    for names in (service, table["unique_id"]):
        wide = _wide(table, names)
        keep = ((wide > 0).mean(axis=1) > _MYBINDER_SHARE) & (wide.sum(axis=1) > _LEAST_USD)
        holes = np.flatnonzero(wide.columns.isin(_MYBINDER_HOLES))
        for name, amounts in wide[keep].iterrows():
            y = amounts.to_numpy(np.float64, copy=True)
            for day in holes:
                y[day] = y[day - _WEEK]
            lines.append(_line(f"mybinder|{name}", y))
    return lines


def _optscale(data: Path | None) -> list[Line]:
    table = _table(data, OPTSCALE)
    wide = _wide(table, table["unique_id"])
    lines = []
    for name, amounts in wide.iterrows():
        y = amounts.to_numpy(np.float64)
        started = np.isfinite(y)
        last = wide.shape[1] - 1
        if started.sum() >= _OPTSCALE_DAYS and (y[:last] > 0).sum() > (
            _OPTSCALE_SHARE * started[:last].sum()
        ):
            lines.append(_line(f"optscale|{name}", y[:last]))
    return lines


def _generated(_: Path | None) -> list[Line]:
    """Series of the generated company as they would be without their anomalies."""
    lines = []
    for truth in series_truth(build_world(_WORLD)):
        y = truth.calm[-_WORLD_DAYS:] / PICO
        if (y > 0).mean() > _MYBINDER_SHARE:
            lines.append(_line(truth.key.unique_id, y))
    return lines


def _servegen(data: Path | None) -> list[Line]:
    table = _table(data, _SERVEGEN)
    wide = _wide(table, table["unique_id"], "h")
    keep = (wide > 0).mean(axis=1) > _SERVEGEN_SHARE
    return [_line(str(name), y.to_numpy(np.float64)) for name, y in wide[keep].iterrows()]


def _line(name: str, y: _Array) -> Line:
    """From the first amount on; what is not listed is zero."""
    filled = np.nan_to_num(y)
    return Line(name, filled[np.flatnonzero(filled)[0] :])


def _wide(table: pd.DataFrame, names: pd.Series[str], step: str = "D") -> pd.DataFrame:
    """[series, steps] amounts; NaN where nothing is listed."""
    summed = table.assign(name=names).groupby(["name", "ds"])["y"].sum().unstack()
    steps = pd.date_range(table["ds"].min(), table["ds"].max(), freq=step)
    return summed.reindex(columns=steps)


def _table(data: Path | None, name: str) -> pd.DataFrame:
    path = Path(name) if data is None else data / name
    if data is None or not path.is_file():
        raise BadInput("a file of real data (--data FOLDER)", file=str(path))
    return pd.read_parquet(path)


_MAKERS: Mapping[InjectionSource, Callable[[Path | None], list[Line]]] = {
    "bills": _bills,
    "generated": _generated,
    "servegen": _servegen,
}
