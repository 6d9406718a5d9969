"""Mean of the last four second seasons, phase by phase."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.forecasters.kernel_member import KernelMember
from models.kernels.phase_windows import phase_mean
from models.kernels.seasons import longest_season

__all__ = ["SecondSeasonAverage"]

_SEASONS = 4


class SecondSeasonAverage(KernelMember):
    """Per phase the mean over at most four whole second seasons."""

    name: ClassVar[str] = "second_season_average"
    needs_second_season: ClassVar[bool] = True

    def _fill(self, y: NDArray[np.float64], out: NDArray[np.float64]) -> bool:
        season = longest_season(len(y), self.season, self.second_season)
        return phase_mean(y, season, _SEASONS, out)
