"""Cold starts that are measured: launches of a generated company, and real series cut short."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from benchmarks.panels import MYBINDER, OPTSCALE
from costcast.world.build import build_world
from costcast.world.truth import final_panel
from ledger.panel import Frequency, Panel
from ledger.problems import BadInput
from ledger.series import SeriesKey

__all__ = ["COLD_STARTS", "ColdStartTask", "cold_panel"]

_DAYS = (3, 7, 14, 21, 27)
_HOURS = (12, 24, 48, 72, 120)
#: The last day of the bill is partial.
_MYBINDER_END = pd.Timestamp("2018-06-18")
#: A series of the bill is one from this total (USD) and this many days with rows on.
_LEAST_USD, _LEAST_DAYS = 1.0, 50


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class ColdStartTask:
    """Forecast series of which only a few periods are known.

    Of a generated world those that begin late enough, each at every age; of real data all, cut to
    their last periods before an origin.

    Parameters
    ----------
    name, title
        Key of the rows, and what the table says.
    source, seed
        The panel; `seed` of a generated world.
    horizon, season, second_season
        Steps ahead and of the seasons.
    ages
        Periods that are left of a series.
    origins_before_end
        How many steps before the end each origin lies where series are cut.
    folds
        Series are cut in so many turns, so that each has grown siblings.
    grown
        Periods of the panel before a launch that is forecast.
    """

    family: ClassVar[str] = "cold-start"

    name: str
    title: str
    source: Literal["world", "mybinder", "optscale", "servegen"]
    seed: int | None = None
    horizon: int
    season: int = 7
    second_season: int = 1
    ages: tuple[int, ...] = _DAYS
    origins_before_end: tuple[int, ...] = ()
    folds: int = 4
    grown: int = 120


COLD_STARTS: tuple[ColdStartTask, ...] = (
    *(
        ColdStartTask(
            name=f"cold-start/world-{seed}",
            title=f"launches, generated, team and model, seed {seed}",
            source="world",
            seed=seed,
            horizon=28,
        )
        for seed in (101, 303)
    ),
    ColdStartTask(
        name="cold-start/mybinder",
        title="cut: mybinder bill, project, service and SKU",
        source="mybinder",
        horizon=28,
        origins_before_end=(84, 56, 28),
    ),
    ColdStartTask(
        name="cold-start/optscale",
        title="cut: OptScale demo bill, team, account and service",
        source="optscale",
        horizon=14,
        ages=(3, 7, 14),
        origins_before_end=(21, 14),
    ),
    ColdStartTask(
        name="cold-start/servegen",
        title="cut: ServeGen, tokens of client and model, hours",
        source="servegen",
        horizon=48,
        season=24,
        second_season=168,
        ages=_HOURS,
        origins_before_end=(96, 48),
    ),
)


def cold_panel(task: ColdStartTask, data: Path | None) -> Panel:
    """Panel of a task; raises BadInput when it needs a file that is not in `data`."""
    if task.source == "world":
        if task.seed is None:
            raise ValueError(f"{task.name}: a generated world needs a seed")
        return final_panel(build_world(task.seed))
    return _MAKERS[task.source](data)


def _table(data: Path | None, name: str) -> pd.DataFrame:
    path = Path(name) if data is None else data / name
    if data is None or not path.is_file():
        raise BadInput("a file of real data (--data FOLDER)", file=str(path))
    return pd.read_parquet(path)


def _mybinder(data: Path | None) -> Panel:
    table = _table(data, MYBINDER)
    table = table[table["ds"] < _MYBINDER_END]
    rows = table.groupby("unique_id")["y"].transform("size")
    total = table.groupby("unique_id")["y"].transform("sum")
    large = table[(rows >= _LEAST_DAYS) & (total > _LEAST_USD)]
    return _listed(large, ("project", "service", "sku"), "D", "effective_cost")


def _optscale(data: Path | None) -> Panel:
    table = _table(data, OPTSCALE)
    return _listed(table, ("team", "account", "service"), "D", "effective_cost")


def _servegen(data: Path | None) -> Panel:
    return _listed(_table(data, "servegen_hourly.parquet"), ("client", "model"), "h", "tokens")


def _listed(
    table: pd.DataFrame, dimensions: Sequence[str], frequency: Frequency, measure: str
) -> Panel:
    """Panel of listed amounts: what is not listed is zero, and nobody's periods are missing."""
    at = table["ds"].to_numpy().astype(f"datetime64[{frequency}]")
    column = (at - at.min()).astype(np.int64)
    names = list(zip(*(table[name].astype(str) for name in dimensions), strict=True))
    keys = sorted(set(names))
    row_of = {name: row for row, name in enumerate(keys)}
    value = np.zeros((len(keys), int(column.max()) + 1))
    np.add.at(value, ([row_of[name] for name in names], column), table["y"].to_numpy(np.float64))
    value[:, (value == 0).all(axis=0)] = np.nan
    periods: NDArray[np.datetime64] = at.min() + np.arange(value.shape[1])
    return Panel(
        measure=measure,
        currency="USD" if measure == "effective_cost" else None,
        frequency=frequency,
        keys=tuple(SeriesKey(tuple(zip(dimensions, key, strict=True))) for key in keys),
        periods=periods,
        value=value,
        observed=np.isfinite(value),
        completeness=np.where(np.isfinite(value), 1.0, np.nan),
        known_at=np.datetime64(periods[-1] + 1, "us"),
    )


_MAKERS: Mapping[str, Callable[[Path | None], Panel]] = {
    "mybinder": _mybinder,
    "optscale": _optscale,
    "servegen": _servegen,
}
