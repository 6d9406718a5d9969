"""Who forecasts: Costcast, the baseline and the peers, each on the same histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.rows import Role
from benchmarks.stated import Stated
from benchmarks.statistical import forecast_panel
from ledger.panel import Panel
from models.paths import path_quantiles, paths
from training.fit import fit_forecaster

__all__ = ["CONTENDERS", "Contender"]

_SEED = 0
#: The central 80 %.
_LEVELS = np.array([0.1, 0.9])


@dataclass(frozen=True)
class Contender:
    """A named forecaster: what `forecast(panel, horizon, season)` says after the panel's end."""

    name: str
    role: Role
    settings: Mapping[str, object]
    forecast: Callable[[Panel, int, int], Stated]


def _costcast(panel: Panel, horizon: int, season: int) -> Stated:
    version = fit_forecaster(panel, horizon=horizon, season=season, workers=1, seed=_SEED)
    rows: NDArray[np.intp] = np.arange(len(panel.keys))
    drawn = paths(version, rows)
    steps, sums = (path_quantiles(drawn, _LEVELS), path_quantiles(drawn.sum(axis=2), _LEVELS))
    return Stated(
        mean=version.mean,
        lower=steps[..., 0],
        upper=steps[..., 1],
        sum_lower=sums[..., 0],
        sum_upper=sums[..., 1],
        fallbacks=0,
    )


def _statistical(model: str) -> Callable[[Panel, int, int], Stated]:
    def forecast(panel: Panel, horizon: int, season: int) -> Stated:
        return forecast_panel(model, panel, horizon, season)

    return forecast


#: Baseline and peers of statsforecast with their default settings.
_ROLES: Mapping[str, Role] = {
    "SeasonalNaive": "baseline",
    "AutoETS": "peer",
    "AutoCES": "peer",
    "AutoTheta": "peer",
}

CONTENDERS: Mapping[str, Contender] = {
    "costcast": Contender("costcast", "product", {"seed": _SEED}, _costcast),
    **{
        name: Contender(name, role, {"library": "statsforecast"}, _statistical(name))
        for name, role in _ROLES.items()
    },
}
