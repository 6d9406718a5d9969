"""statsforecast's automatic models: each searches its whole family on every history."""

from __future__ import annotations

from typing import Any, ClassVar

from models.forecasters.library_member import LibraryMember

__all__ = ["AutomaticARIMA", "AutomaticETS", "AutomaticTheta", "ComplexSmoothing"]

#: Simple seasonality: choosing among all forms takes 14 times as long, and was measured to err more
#: on real spend and 2 % less on generated spend.
_FORM = "S"


class AutomaticETS(LibraryMember):
    """AutoETS; Hyndman et al., Forecasting with Exponential Smoothing (2008)."""

    name: ClassVar[str] = "auto_ets"

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401
        return library.AutoETS(season_length=season)


class AutomaticTheta(LibraryMember):
    """AutoTheta; Fiorucci et al., International Journal of Forecasting 32 (2016)."""

    name: ClassVar[str] = "auto_theta"

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401
        return library.AutoTheta(season_length=season)


class AutomaticARIMA(LibraryMember):
    """AutoARIMA; Hyndman and Khandakar, Journal of Statistical Software 27 (2008)."""

    name: ClassVar[str] = "auto_arima"

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401
        return library.AutoARIMA(season_length=season)


class ComplexSmoothing(LibraryMember):
    """AutoCES; Svetunkov, Kourentzes, Ord, Naval Research Logistics 69 (2022)."""

    name: ClassVar[str] = "ces"
    fewest_seasons: ClassVar[int] = 3

    def _model(self, library: Any, season: int) -> Any:  # noqa: ANN401
        return library.AutoCES(season_length=season, model=_FORM if season > 1 else "N")
