"""The whole recipe for one series, with statsforecast's interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member
from models.forecasters.pool import default_names
from models.panel_forecast import forecast_panel
from models.pool_forecasts import PoolSettings

__all__ = ["Recipe"]

_Array = NDArray[np.float64]


class Recipe(Member):
    """Origins, members, weights and their central mass, of one history alone.

    What `forecast_panel` does for a panel: the weights come from the series' own past forecasts,
    and from `prior` instead of from siblings. Costcast itself forecasts panels, where the series
    learn from one another; this is for use inside statsforecast, and for comparison.

    With `fitted=True` every fitted value is NaN: a one-step forecast is a whole recipe of its own.
    Intervals are for panels (`models.paths`).

    Parameters
    ----------
    season, second_season
        Steps of the season, and of a longer one beside it; 1 = none.
    prior
        ln(error / error of the median member) of members as they usually are, which counts as four
        origins do; 0 for those not named. None = the series' own errors alone.
    settings
        Pool and preparation, for the same seasons (default: the default ones).

    Raises
    ------
    ValueError
        For a prior of a member that is not in the pool, and for settings of other seasons.
    """

    name: ClassVar[str] = "recipe"
    shift_equivariant: ClassVar[bool] = False  # members on logarithms, and nothing below zero
    in_default_pool: ClassVar[bool] = False

    def __init__(
        self,
        season: int,
        second_season: int = 1,
        prior: Mapping[str, float] | None = None,
        settings: PoolSettings | None = None,
    ) -> None:
        super().__init__(season, second_season)
        self.prior = None if prior is None else dict(prior)
        self.settings = settings or PoolSettings(
            default_names(second_season), season, second_season
        )
        unknown = sorted(set(self.prior or {}) - set(self.settings.members))
        if unknown:
            raise ValueError(f"got a prior of {', '.join(unknown)}, wanted members of the pool")
        seasons = (self.settings.season, self.settings.second_season)
        if seasons != (season, second_season):
            raise ValueError(f"got settings of seasons {seasons}, wanted {season, second_season}")

    def new(self) -> Self:
        """Return an unfitted copy."""
        return type(self)(self.season, self.second_season, self.prior, self.settings)

    def _method(self, y: _Array, h: int) -> _Array | None:
        mean: _Array = forecast_panel(y[None], h, self.settings, given=self._given()).mean[0]
        return mean

    def _given(self) -> _Array | None:
        """[1, M] the prior in the order of the pool."""
        if self.prior is None:
            return None
        return np.array([[self.prior.get(name, 0.0) for name in self.settings.members]])
