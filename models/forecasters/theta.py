"""The theta method on the deseasonalised history."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.seasons import fitted_season
from models.kernels.theta_lines import theta_lines

__all__ = ["ThetaLines"]


class ThetaLines(KernelMember):
    """Assimakopoulos and Nikolopoulos, International Journal of Forecasting 16 (2000).

    Beside smoothing and drift, which it is made of, it was measured to cost the pool 0.6 % of MASE
    on nine real sets and 1 % of WAPE on eight generated companies: it has to be asked for.
    """

    name: ClassVar[str] = "theta"
    in_default_pool: ClassVar[bool] = False

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        return theta_lines(y, fitted_season(len(y), self.season), out)
