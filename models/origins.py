"""Rolling origins: from which past days a panel is forecast to learn weights and errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.kernels.member_forecasts import FEWEST_STEPS

__all__ = ["FEWEST", "ORIGINS", "rolling_origins", "shortest_truth", "truth_after"]

#: Origins of a backtest: more were measured to cost accuracy, not only time.
ORIGINS = 8
#: Steps of history an origin needs.
FEWEST = FEWEST_STEPS
#: Days of truth that the latest origin has at least (fewer on a short panel).
_TRUTH = 28


def shortest_truth(periods: int, horizon: int) -> int:
    """Steps of truth the latest origin has: min(H, 28), and a quarter of a short panel.

    With a horizon of a quarter of a year, waiting for a whole horizon of truth would leave young
    series without any origin; the earlier origins have more truth, up to the whole horizon.
    """
    return min(horizon, _TRUTH, max(1, periods // 4))


def rolling_origins(periods: int, horizon: int, season: int) -> tuple[int, ...]:
    """Columns of the first forecast step, the latest origin first, at most eight.

    t_k = T - truth - k * step with step = min(H, (T/2 - H) / 7), whole seasons where it is at
    least one, and never closer than H/4: origins spread over half the history were measured to be
    better than close ones. Origins with fewer than eight steps of history are left out.
    """
    truth = shortest_truth(periods, horizon)
    reach = min(horizon, max(truth, periods // 4))
    step = min(reach, max(1, int(periods / 2 - reach) // (ORIGINS - 1)))
    if season > 1 and step >= season:
        step -= step % season
    step = max(step, reach // 4, 1)
    latest = periods - truth
    columns = range(latest, latest - ORIGINS * step, -step)
    return tuple(column for column in columns if column >= FEWEST)


def truth_after(
    values: NDArray[np.float64], origins: Sequence[int], horizon: int
) -> NDArray[np.float64]:
    """[N, K, H] what came after each origin in series [N, T], NaN where it has not."""
    padded = np.pad(values, ((0, 0), (0, horizon)), constant_values=np.nan)
    ahead = [padded[:, column : column + horizon] for column in origins]
    return np.stack(ahead, axis=1) if ahead else np.empty((len(values), 0, horizon))
