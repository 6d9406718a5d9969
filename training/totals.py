"""The forecast of a panel's total from every level there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.combine import central_mass, member_weights
from models.totals import averaged_total, mean_combination, total_of
from training.backtest import Backtest

__all__ = ["TotalForecast", "forecast_total", "summed_panel"]

_Array = NDArray[np.float64]

#: Name of the group that is everything.
_TOTAL = "total"


@dataclass(frozen=True)
class TotalForecast:
    """H steps of a total; [H] each.

    Parameters
    ----------
    direct
        From its own past.
    points, means
        Sums of the parts: of their point forecasts, and of their weighted means.
    groups
        Sum of the groups' point forecasts; None without groups.
    averaged
        The mean of all (`models.totals.averaged_total`).
    """

    direct: _Array
    points: _Array
    means: _Array
    groups: _Array | None
    averaged: _Array


def summed_panel(panel: Panel, names: Sequence[str]) -> Panel:
    """Panel of the sums over series of the same name [N]; missing as `models.totals.total_of`.

    Raises ValueError when there is not one name for each series.
    """
    if len(names) != len(panel.keys):
        raise ValueError(f"got {len(names)} names, wanted one for each of {len(panel.keys)} series")
    distinct = sorted(set(names))
    column = np.array(names)
    value = np.array([total_of(panel.value[column == name]) for name in distinct])
    complete = [np.nanmin(_complete(panel)[column == name], axis=0) for name in distinct]
    return replace(
        panel,
        keys=tuple(SeriesKey.of(group=name) for name in distinct),
        value=value,
        observed=np.isfinite(value),
        completeness=np.where(np.isfinite(value), np.array(complete), np.nan),
    )


def forecast_total(
    panel: Panel,
    tested: Backtest,
    test: Callable[[Panel], Backtest],
    *,
    groups: Sequence[str] | None = None,
) -> TotalForecast:
    """Forecast the total of a panel whose backtest is `tested`.

    Parameters
    ----------
    test
        Backtest of the panel of the total, and of that of the groups: same horizon and season.
    groups
        [N] the group of each series.
    """
    direct = _points(test(summed_panel(panel, [_TOTAL] * len(panel.keys))))[0]
    points = _points(tested)
    means = mean_combination(tested.forecasts, tested.actual, tested.future)
    grouped = None if groups is None else _points(test(summed_panel(panel, groups)))
    return TotalForecast(
        direct=direct,
        points=points.sum(axis=0),
        means=means.sum(axis=0),
        groups=None if grouped is None else grouped.sum(axis=0),
        averaged=averaged_total(direct, points, means, grouped),
    )


def _complete(panel: Panel) -> _Array:
    """[N, T] completeness, 1 where nothing was observed: that does not make a sum less complete."""
    return np.where(np.isfinite(panel.completeness), panel.completeness, 1.0)


def _points(tested: Backtest) -> _Array:
    """[N, H] as the forecaster combines."""
    weights = member_weights(tested.losses, tested.burstiness, tested.long_window)
    return central_mass(tested.future, weights)
