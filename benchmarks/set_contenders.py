"""Who forecasts the sets: Costcast, the baseline and what others would use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsforecast import models as statsforecast_models

from benchmarks.boosted import lightgbm_points
from benchmarks.points import Points, points_of
from benchmarks.prophet_peer import prophet_points
from benchmarks.rows import Role
from benchmarks.set_tasks import SETS, SetSource, SetTask
from ledger.panel import Panel
from models.forecasters.pool import default_names
from models.pool_forecasts import PoolSettings
from models.recipe import Recipe
from training.backtest import Backtest, run_backtest, task_for
from training.fit import fit_forecaster

__all__ = ["SET_CONTENDERS", "SetContender", "costcast_backtest"]

_Array = NDArray[np.float64]

_SEED = 0
#: Sets of so many series that a program started for each takes minutes.
_EVERY: frozenset[SetSource] = frozenset(task.source for task in SETS)
#: Seasons a peer is given on M4 Weekly: the better one counts.
_M4_SEASONS = (1, 52)


@dataclass(frozen=True)
class SetContender:
    """A named forecaster of `forecast(panel, task, season)`.

    Parameters
    ----------
    packages
        Whose versions matter beside the project's.
    slow
        Sources of which it forecasts the sample only.
    left_out
        Sources it does not forecast at all.
    seasons
        By source: the seasons tried, the best of which counts; elsewhere the task's season.
    """

    name: str
    role: Role
    settings: Mapping[str, object]
    forecast: Callable[[Panel, SetTask, int], Points]
    packages: tuple[str, ...] = ()
    slow: frozenset[SetSource] = frozenset()
    left_out: frozenset[SetSource] = frozenset()
    seasons: Mapping[SetSource, tuple[int, ...]] = field(default_factory=dict)

    def seasons_of(self, task: SetTask) -> tuple[int, ...]:
        """Seasons tried on a task."""
        return self.seasons.get(task.source, (task.season,))


def costcast_backtest(panel: Panel, task: SetTask, **pool: Any) -> Backtest:  # noqa: ANN401
    """Member forecasts for the seasons of the task; `pool` changes fields of `PoolSettings`."""
    members = pool.pop("members", default_names(task.second_season))
    settings = PoolSettings(members, task.season, task.second_season, **pool)
    asked = task_for(panel, horizon=task.horizon, season=task.season, settings=settings)
    return run_backtest(panel, asked)


def _costcast(panel: Panel, task: SetTask, season: int) -> Points:
    version = fit_forecaster(
        panel,
        horizon=task.horizon,
        season=season,
        seed=_SEED,
        backtest=costcast_backtest(panel, task),
    )
    return Points(version.mean, fallbacks=0)


def _recipe(panel: Panel, task: SetTask, season: int) -> Points:
    """Every series alone: no siblings, no intervals."""
    recipe = Recipe(season, task.second_season)

    def ask(y: _Array, at: NDArray[np.datetime64]) -> _Array:  # noqa: ARG001 (no calendar)
        return recipe.forecast(y=y, h=task.horizon)["mean"]

    return points_of(panel, task.horizon, season, ask)


def _statistical(model: str) -> Callable[[Panel, SetTask, int], Points]:
    def forecast(panel: Panel, task: SetTask, season: int) -> Points:
        def ask(y: _Array, at: NDArray[np.datetime64]) -> _Array:  # noqa: ARG001 (no calendar)
            made = getattr(statsforecast_models, model)(season_length=season)
            mean: _Array = made.forecast(y=y, h=task.horizon)["mean"]
            return mean

        return points_of(panel, task.horizon, task.season, ask)

    return forecast


def _peer(
    model: str,
    role: Role = "peer",
    slow: frozenset[SetSource] = frozenset(),
    left_out: frozenset[SetSource] = frozenset(),
    m4_seasons: tuple[int, ...] = _M4_SEASONS,
) -> SetContender:
    """Model of statsforecast with its default settings."""
    return SetContender(
        name=model,
        role=role,
        settings={"library": "statsforecast"},
        forecast=_statistical(model),
        slow=slow,
        left_out=left_out,
        seasons={"m4_weekly": m4_seasons},
    )


_CONTENDERS = (
    SetContender("costcast", "product", {"seed": _SEED}, _costcast),
    SetContender("Recipe", "variant", {"panel": "each series alone"}, _recipe),
    _peer("SeasonalNaive", "baseline"),
    # beyond 24 its library leaves the season out, so that 52 is the same as 1
    _peer("AutoETS", m4_seasons=(1,)),
    _peer("AutoCES"),
    _peer("AutoTheta"),
    # on a year of hours one fit takes more than three minutes
    _peer("AutoARIMA", slow=_EVERY, left_out=frozenset({"load"}), m4_seasons=(1,)),
    SetContender(
        "Prophet",
        "peer",
        {"library": "prophet"},
        prophet_points,
        packages=("prophet",),
    ),
    SetContender(
        "LightGBM",
        "peer",
        {"library": "lightgbm", "objective": "l1", "seed": _SEED},
        lightgbm_points,
        packages=("lightgbm",),
    ),
)

SET_CONTENDERS: Mapping[str, SetContender] = {one.name: one for one in _CONTENDERS}
