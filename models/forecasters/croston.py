"""statsforecast's Croston family: demand in fits and starts, flat."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.library_member import LibraryMember

__all__ = [
    "AggregateDisaggregate",
    "Croston",
    "CrostonOptimised",
    "CrostonSBA",
    "MultipleAggregation",
]


class _Demand(LibraryMember):
    """What the family shares: nothing to say about negative histories."""

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        return None if y.min() < 0 else super()._method(y, h)


class Croston(_Demand):
    """CrostonClassic; Croston, Operational Research Quarterly 23 (1972)."""

    name: ClassVar[str] = "croston"

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401, ARG002
        return library.CrostonClassic()


class CrostonOptimised(_Demand):
    """CrostonOptimized: Croston's method, its smoothing chosen by the squared error."""

    name: ClassVar[str] = "croston_optimised"

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401, ARG002
        return library.CrostonOptimized()


class CrostonSBA(_Demand):
    """CrostonSBA; Syntetos and Boylan, International Journal of Forecasting 21 (2005)."""

    name: ClassVar[str] = "croston_sba"

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401, ARG002
        return library.CrostonSBA()


class AggregateDisaggregate(_Demand):
    """ADIDA; Nikolopoulos et al., Journal of the Operational Research Society 62 (2011)."""

    name: ClassVar[str] = "adida"

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401, ARG002
        return library.ADIDA()


class MultipleAggregation(_Demand):
    """IMAPA; Petropoulos and Kourentzes, Journal of the Operational Research Society 66 (2015)."""

    name: ClassVar[str] = "imapa"

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401, ARG002
        return library.IMAPA()
