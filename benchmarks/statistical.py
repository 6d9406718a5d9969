"""Baseline and peers: models of statsforecast, series by series.

They get what Costcast gets: holes filled the same way, zeros before the first amount cut off, and
forecasts of a never negative series kept from being negative.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsforecast import models as statsforecast_models

from benchmarks.stated import Stated
from ledger.panel import Panel
from models.gaps import history_of

__all__ = ["forecast_panel"]

_Array = NDArray[np.float64]

_PERCENT = 80
#: The columns of a forecast: mean, lower and upper end of the interval.
_COLUMNS = ("mean", f"lo-{_PERCENT}", f"hi-{_PERCENT}")


def forecast_panel(model: str, panel: Panel, horizon: int, season: int) -> Stated:
    """Forecast every series by the statsforecast model of this name with its default settings."""
    make = getattr(statsforecast_models, model)
    said = [_forecast(make(season_length=season), value, horizon, season) for value in panel.value]
    cells = np.array([cell for cell, _ in said])  # [N, 3, H]
    unmeasured = np.full(len(cells), np.nan)
    return Stated(
        mean=cells[:, 0],
        lower=cells[:, 1],
        upper=cells[:, 2],
        sum_lower=unmeasured,
        sum_upper=unmeasured,
        fallbacks=sum(failed for _, failed in said),
    )


def _forecast(model: Any, value: _Array, horizon: int, season: int) -> tuple[_Array, bool]:  # noqa: ANN401 (untyped library)
    """[3, H] mean and interval of one history, and whether the model failed on it."""
    y = history_of(value, season).y
    if not len(y):  # nothing but zeros so far
        return np.zeros((len(_COLUMNS), horizon)), False
    said = _asked(model, y, horizon)
    failed = said is None
    cells = np.full((len(_COLUMNS), horizon), y[-1]) if said is None else said
    return (np.maximum(cells, 0.0) if (y >= 0).all() else cells), failed


def _asked(model: Any, y: _Array, horizon: int) -> _Array | None:  # noqa: ANN401 (untyped library)
    """[3, H], or None where the model raises or says something that is no number."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of optimisers about single histories
        try:
            said = model.forecast(y=y, h=horizon, level=[_PERCENT])
        except Exception:  # noqa: BLE001 (whatever a peer raises is counted as its failure)
            return None
    cells = np.array([np.broadcast_to(said[column], horizon) for column in _COLUMNS], np.float64)
    return cells if np.isfinite(cells).all() else None
