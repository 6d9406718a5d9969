"""What every member of the pool is: statsforecast's interface, total on any finite history."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Member"]

_Array = NDArray[np.float64]

#: Below this every member is the mean of the window: nothing was measured to beat it.
_FEWEST = 6
#: Ranges of the history that a forecast may leave it by.
_LEEWAY = 2.0


class Member(ABC):
    """A univariate forecaster with statsforecast's `fit`, `predict`, `forecast` and `new`.

    Total: for any finite history of at least one point the forecast is finite. A constant or very
    short history, and a method that fails on one, gives the mean of the last season. A history
    without negative values gives a forecast without them, and no forecast leaves the range of the
    history by more than twice that range.

    Parameters
    ----------
    season
        Steps of a season; 1 = none.
    second_season
        Steps of a longer season beside it, 168 of hourly data; 1 = none.
    """

    #: Name of the member in weights and tables.
    name: ClassVar[str]
    #: Whether forecast(c * y) = c * forecast(y) for c > 0.
    scale_equivariant: ClassVar[bool] = True
    #: Whether forecast(y + c) = forecast(y) + c (as long as nothing is clipped).
    shift_equivariant: ClassVar[bool] = True
    #: Whether it averages so far back that it is meant for bursty series alone.
    long_window: ClassVar[bool] = False
    #: Whether it has something to say only where there is a second season.
    needs_second_season: ClassVar[bool] = False
    #: Whether it is in the pool unless chosen otherwise.
    in_default_pool: ClassVar[bool] = True
    #: statsforecast asks: no exogenous variables here.
    uses_exog: ClassVar[bool] = False

    def __init__(self, season: int, second_season: int = 1) -> None:
        if min(season, second_season) < 1:
            raise ValueError(f"got seasons {season} and {second_season}, wanted at least 1")
        self.season = season
        self.second_season = second_season
        self.alias = self.name
        self.history: _Array | None = None

    def __repr__(self) -> str:
        return self.alias

    def new(self) -> Self:
        """Return an unfitted copy."""
        return type(self)(self.season, self.second_season)

    def fit(self, y: _Array, X: Any = None) -> Self:  # noqa: ANN401, ARG002, N803 (statsforecast's)
        """Keep the history [n]; the work is done when the horizon is known."""
        self.history = _checked(y)
        return self

    def predict(self, h: int, X: Any = None, level: Any = None) -> dict[str, _Array]:  # noqa: ANN401, ARG002, N803
        """Return {"mean": [h]} of the history kept by `fit`; raises ValueError before a `fit`."""
        if self.history is None:
            raise ValueError("predict was called before fit")
        return {"mean": self._total(self.history, h)}

    def forecast(
        self,
        y: _Array,
        h: int,
        X: Any = None,  # noqa: ANN401, ARG002, N803
        X_future: Any = None,  # noqa: ANN401, ARG002, N803
        level: Any = None,  # noqa: ANN401, ARG002
        fitted: bool = False,
    ) -> dict[str, _Array]:
        """Return {"mean": [h]} of the history `y` [n]; raises ValueError for NaN or no point.

        With `fitted` also {"fitted": [n]}: what would have been said of every step the day before,
        from nothing but its past; NaN where a member has no such forecasts (statsforecast's).
        """
        history = _checked(y)
        result = {"mean": self._total(history, h)}
        return result | {"fitted": self._fitted(history)} if fitted else result

    def _fitted(self, y: _Array) -> _Array:
        """[n] one-step forecasts; NaN here, as a fit for every step would take minutes."""
        return np.full(len(y), np.nan)

    @abstractmethod
    def _method(self, y: _Array, h: int) -> _Array | None:
        """[h] forecast of at least six points that are not all equal; None = cannot."""

    def _total(self, y: _Array, h: int) -> _Array:
        flat = np.full(h, y[-max(self.season, 4) :].mean())
        low, high = float(y.min()), float(y.max())
        # A range below rounding counts as constant: dividing by it would only amplify noise.
        if len(y) < _FEWEST or high - low <= 1e-12 * max(abs(low), abs(high)):
            return flat
        mean = self._method(y, h)
        if mean is None or not np.isfinite(mean).all():
            return flat
        leeway = _LEEWAY * (high - low)
        floor = max(low - leeway, 0.0) if low >= 0 else low - leeway
        return np.clip(np.asarray(mean, dtype=np.float64), floor, high + leeway)


def _checked(y: _Array) -> _Array:
    history = np.asarray(y, dtype=np.float64)
    if history.ndim != 1 or not len(history) or not np.isfinite(history).all():
        raise ValueError(f"got a history of shape {history.shape}, wanted finite values, 1-D")
    return history
