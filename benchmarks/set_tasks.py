"""The sets of real series that forecasts are measured on, as frozen values."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

__all__ = ["SETS", "SetSource", "SetTask"]

#: Where the series come from (`benchmarks.set_panels`).
SetSource = Literal[
    "m4_weekly",
    "servegen",
    "helios",
    "mybinder_sku",
    "mybinder_service",
    "optscale",
    "gentd",
    "load",
]

_DAY = 24
#: Load is forecast from days all over its year (before its end).
_LOAD_DAYS = (300, 221, 141, 61, 30, 2)


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class SetTask:
    """Forecast every series of a set at past origins, knowing only the steps before each.

    Parameters
    ----------
    name, title
        Key of the rows, and what the table says.
    source
        The series.
    horizon
        Steps ahead: hours, days or weeks.
    season, second_season
        Steps of the season of the models, and of a longer one beside it where there is one.
    scale_lag
        Steps back of the naive forecast whose error is the unit of MASE.
    origins_before_end
        [K] how many steps before the end each origin lies.
    sampled
        Series, evenly spaced over the set, that slow models forecast, at the last origin only.
    """

    family: ClassVar[str] = "sets"

    name: str
    title: str
    source: SetSource
    horizon: int
    season: int
    second_season: int = 1
    scale_lag: int
    origins_before_end: tuple[int, ...]
    sampled: int


def _hourly(
    name: str, title: str, source: SetSource, horizon: int, before: tuple[int, ...], sampled: int
) -> SetTask:
    return SetTask(
        name=f"sets/{name}",
        title=title,
        source=source,
        horizon=horizon,
        season=_DAY,
        second_season=7 * _DAY,
        scale_lag=_DAY,
        origins_before_end=before,
        sampled=sampled,
    )


def _daily(
    name: str, title: str, source: SetSource, horizon: int, before: tuple[int, ...], sampled: int
) -> SetTask:
    return SetTask(
        name=f"sets/{name}",
        title=title,
        source=source,
        horizon=horizon,
        season=7,
        scale_lag=7,
        origins_before_end=before,
        sampled=sampled,
    )


SETS: tuple[SetTask, ...] = (
    SetTask(
        name="sets/m4-weekly",
        title="M4 Weekly",
        source="m4_weekly",
        horizon=13,
        season=52,
        scale_lag=1,  # as the M4 competition has it
        origins_before_end=(13,),
        sampled=12,
    ),
    _hourly("servegen", "ServeGen, LLM tokens", "servegen", 48, (144, 96, 48), 8),
    _hourly("helios-168", "Helios, GPU-hours, a week", "helios", 168, (408, 336, 240, 168), 4),
    _hourly("helios-48", "Helios, two days", "helios", 48, (360, 288, 216, 144, 96, 48), 4),
    _daily("mybinder-sku", "mybinder bill, SKU", "mybinder_sku", 28, (112, 84, 56, 28), 8),
    _daily(
        "mybinder-service",
        "mybinder bill, service, totals",
        "mybinder_service",
        28,
        (112, 84, 56, 28),
        8,
    ),
    _daily("optscale", "OptScale demo bill", "optscale", 14, (28, 21, 14), 8),
    _hourly("gentd", "GenTD26, GPU-seconds", "gentd", 48, (192, 144, 96, 48), 8),
    _hourly("load", "PJM load", "load", 48, tuple(_DAY * day for day in _LOAD_DAYS), 2),
)
