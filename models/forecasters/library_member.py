"""A member that is one of statsforecast's models: selectable, too slow for the default pool."""

from __future__ import annotations

import importlib
from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.member import Member

__all__ = ["LibraryMember"]

_Array = NDArray[np.float64]


class LibraryMember(Member):
    """Give statsforecast's model the history in units of its mean size.

    So that its optimisers work alike in cents and in millions. The library is imported when the
    first of them forecasts: that takes seconds, and the default pool does without.
    """

    in_default_pool: ClassVar[bool] = False
    shift_equivariant: ClassVar[bool] = False
    #: Seasons of history that a seasonal fit needs.
    fewest_seasons: ClassVar[int] = 2

    def _method(self, y: _Array, h: int) -> _Array | None:
        season = self.season if len(y) > self.fewest_seasons * self.season else 1
        size = float(np.abs(y).mean())
        model = self._model(importlib.import_module("statsforecast.models"), season)
        try:
            with np.errstate(all="ignore"):  # information criteria of as many values as parameters
                mean: _Array = model.forecast(y=y / size, h=h)["mean"]
        except (ValueError, ArithmeticError, NotImplementedError, np.linalg.LinAlgError):
            return None  # the library gives up on some histories; the mean of the window stands in
        return mean * size

    @abstractmethod
    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401 (an untyped library)
        """Model of `library` (statsforecast.models) for a season, 1 = none."""
