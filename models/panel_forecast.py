"""The whole recipe in one call: origins, members, weights and their central mass, for a panel.

Memory grows with the series: M * H forecasts and K * M losses each, beside the panel and one
chunk per thread. What is kept of the past are losses, not forecasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from models.combine import central_mass, member_weights
from models.early_zeros import typical_zero_shares
from models.forecasters.pool import default_names, member_types
from models.losses import burstiness_of, member_losses
from models.origins import rolling_origins, truth_after
from models.pool_forecasts import PoolSettings, pool_forecasts

__all__ = ["PanelForecast", "forecast_panel"]

_Array = NDArray[np.float64]

#: The member that says how bursty a series is.
_NAIVE = "seasonal_naive"
#: Series at once in a thread: some 30 MB of forecasts over a quarter of a year.
_CHUNK = 100


@dataclass(frozen=True)
class PanelForecast:
    """Forecasts [N, H] and the weights [N, M] of the members [M] behind them."""

    mean: _Array
    weights: _Array
    members: tuple[str, ...]


@dataclass(frozen=True)
class _Learned:
    """Of a chunk of series: losses [n, K, M], burstiness [n] and forecasts [n, M, H]."""

    losses: _Array
    burstiness: _Array
    future: _Array


def forecast_panel(
    values: _Array,
    horizon: int,
    settings: PoolSettings | int,
    *,
    threads: int = 1,
    given: _Array | None = None,
) -> PanelForecast:
    """Forecast series [N, T] (NaN = not observed) by the pool.

    `settings` may be a season alone: then the default pool. Series learn from one another: give
    those that belong together; `given` are priors known otherwise (`member_weights`). Raises
    ValueError without periods and for less than a step.
    """
    asked = PoolSettings(default_names(), settings) if isinstance(settings, int) else settings
    if horizon < 1 or not values.shape[1] or _NAIVE not in asked.members:
        raise ValueError(
            f"got horizon {horizon}, {values.shape[1]} periods, members {asked.members}, wanted "
            f"at least 1, 1 and {_NAIVE}"
        )
    origins = rolling_origins(values.shape[1], horizon, asked.season)
    typical = typical_zero_shares(values, (*origins, values.shape[1]), asked.season)
    learn = partial(_learn, horizon=horizon, asked=asked, typical_zeros=typical)
    with ThreadPoolExecutor(threads) as workers:
        learned = list(workers.map(learn, _chunks(values)))
        losses = np.concatenate([chunk.losses for chunk in learned])
        burstiness = np.concatenate([chunk.burstiness for chunk in learned])
        weights = member_weights(losses, burstiness, _long_window(asked.members), given)
        parts = _chunks(weights)
        mean = list(workers.map(central_mass, (chunk.future for chunk in learned), parts))
    return PanelForecast(np.concatenate(mean), weights, asked.members)


def _learn(values: _Array, *, horizon: int, asked: PoolSettings, typical_zeros: _Array) -> _Learned:
    origins = rolling_origins(values.shape[1], horizon, asked.season)
    said = pool_forecasts(values, (*origins, values.shape[1]), horizon, asked, typical_zeros)
    past, actual = said[:, :-1], truth_after(values, origins, horizon)
    near = slice(min(asked.season, horizon))
    naive = past[:, :, asked.members.index(_NAIVE), near]
    burstiness = burstiness_of(naive, actual[:, :, near])
    # a copy, as a view would keep the forecasts of the past alive
    return _Learned(member_losses(past, actual, burstiness), burstiness, said[:, -1].copy())


def _chunks(rows: _Array) -> Iterator[_Array]:
    """At least one chunk, so that no series are an empty forecast."""
    for start in range(0, max(len(rows), 1), _CHUNK):
        yield rows[start : start + _CHUNK]


def _long_window(members: tuple[str, ...]) -> NDArray[np.bool_]:
    long = {member.name for member in member_types() if member.long_window}
    return np.array([name in long for name in members], dtype=np.bool_)
