"""Demand in fits and starts."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from statsforecast.models import TSB

from models.forecasters.member import Member

__all__ = ["Intermittent"]

#: Smoothing of the size of a demand and of the chance that there is one.
_DEMAND = 0.1
_PROBABILITY = 0.1


class Intermittent(Member):
    """statsforecast's TSB, for histories without negatives; Teunter et al., EJOR 214 (2011)."""

    name: ClassVar[str] = "intermittent"
    shift_equivariant: ClassVar[bool] = False

    def _method(self, y: NDArray[np.float64], h: int) -> NDArray[np.float64] | None:
        if y.min() < 0:
            return None
        model = TSB(alpha_d=_DEMAND, alpha_p=_PROBABILITY)
        mean: NDArray[np.float64] = model.forecast(y=y, h=h)["mean"]
        return mean
