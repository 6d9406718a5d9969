"""Prophet with its default settings, from the environment of `bench.lock`."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.points import Points, points_of
from benchmarks.set_tasks import SetTask
from ledger.panel import Panel

__all__ = ["prophet_points"]

_Array = NDArray[np.float64]

#: Weeks without dates are counted back from an invented one.
_LAST_WEEK = np.datetime64("2016-01-04", "D")


def prophet_points(panel: Panel, task: SetTask, season: int) -> Points:
    """Forecast every series; Prophet takes its seasons from the dates, not from `season`."""
    from prophet import Prophet  # noqa: PLC0415 (only in the environment of the peers)

    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).setLevel(logging.ERROR)
    weekly = task.source == "m4_weekly"

    def ask(y: _Array, at: NDArray[np.datetime64]) -> _Array:
        step = np.timedelta64(7, "D") if weekly else at[-1] - at[-2]
        last = _LAST_WEEK if weekly else at[-1]
        days: NDArray[np.datetime64] = last + step * np.arange(1 - len(y), task.horizon + 1)
        model = Prophet(uncertainty_samples=0)  # points only
        model.fit(pd.DataFrame({"ds": days[: len(y)], "y": y}))
        said = model.predict(pd.DataFrame({"ds": days[len(y) :]}))
        mean: _Array = said["yhat"].to_numpy(np.float64)
        return mean

    return points_of(panel, task.horizon, season, ask)
