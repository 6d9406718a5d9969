"""Point forecasts of a panel, series by series where the model takes one at a time."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from models.gaps import history_of

__all__ = ["Ask", "Points", "points_of"]

_Array = NDArray[np.float64]

#: Forecast [H] of a history [n] that ends just before the last of the panel's periods [T].
Ask = Callable[[_Array, NDArray[np.datetime64]], _Array]


@dataclass(frozen=True)
class Points:
    """Forecasts [N, H], and how many histories the model failed on (their last value stood in)."""

    mean: _Array
    fallbacks: int


def points_of(panel: Panel, horizon: int, season: int, ask: Ask) -> Points:
    """Ask for every series: holes filled, zeros before the first amount cut off.

    A series without any amount is forecast zero; never negative ones are kept so.
    """
    said = [_asked(value, panel.periods, horizon, season, ask) for value in panel.value]
    return Points(np.array([mean for mean, _ in said]), sum(failed for _, failed in said))


def _asked(
    value: _Array, periods: NDArray[np.datetime64], horizon: int, season: int, ask: Ask
) -> tuple[_Array, bool]:
    history = history_of(value, season)
    if not len(history.y):
        return np.zeros(horizon), False
    mean = _answer(ask, history.y, periods[history.start :])
    failed = mean is None
    sound = np.full(horizon, history.y[-1]) if mean is None else mean
    return (np.maximum(sound, 0.0) if (history.y >= 0).all() else sound), failed


def _answer(ask: Ask, y: _Array, at: NDArray[np.datetime64]) -> _Array | None:
    """[H], or None where the model raises or says something that is no number."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of optimisers about single histories
        try:
            mean = np.asarray(ask(y, at), dtype=np.float64)
        except Exception:  # noqa: BLE001 (whatever a peer raises is counted as its failure)
            return None
    return mean if np.isfinite(mean).all() else None
