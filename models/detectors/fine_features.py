"""What a row of a fine-grained series is judged by: seven numbers, larger = stranger.

Value: how far the value, and the pair of it and its predecessor, is from all before it. Season: how
far the last hour and the last four are from the same time of earlier days, and their shape. Novelty
of the season's residual: how far it, and its hourly mean, are from all residuals before. Each from
rows up to its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.detectors.fine_settings import FineSettings
from models.kernels.clock_season import profile_novelty, season_residual
from models.kernels.nearest import nearest_pair, nearest_value

__all__ = ["GROUPS", "AsinhScale", "fine_features", "slots_of"]

_Array = NDArray[np.float64]

#: Columns of the features: value, season, novelty of the residual.
GROUPS = (slice(0, 2), slice(2, 5), slice(5, 7))
#: Durations in rows of 5 minutes: an hour and four.
_HOUR, _FOUR_HOURS = 12, 48
#: Neighbours are at least two rows back, for a value is always like the one before it.
_LAG = 2
#: Pairs are compared with as many rows before: 114 days of 5 minutes, nearly 4 years of hours.
_MEMORY = 32_768
#: asinh is nearly linear up to 16 scales; scores hardly move between 12 and 32.
_LINEAR_SCALES = 16.0


@dataclass(frozen=True)
class AsinhScale:
    """x = asinh((y - median) / (16 s)): nearly linear, and a spike of any size stays finite."""

    median: float
    scale: float

    @classmethod
    def of(cls, y: _Array) -> AsinhScale:
        """Scale of the warm-up rows [n].

        s = max(IQR / 1.35, (q99 - q01) / 8); where that is 0 the range / 8, then |median| / 1000,
        then 1 for a series of zeros.
        """
        median = float(np.median(y))
        low, first, third, high = np.quantile(y, (0.01, 0.25, 0.75, 0.99))
        scales = (
            max((third - first) / 1.35, (high - low) / 8.0),
            (y.max() - y.min()) / 8.0,
            abs(median) / 1000.0,
            1.0,
        )
        return cls(median, float(next(scale for scale in scales if scale > 0)))

    def __call__(self, y: _Array) -> _Array:
        """Scaled values."""
        scaled: _Array = np.arcsinh((y - self.median) / (_LINEAR_SCALES * self.scale))
        return scaled


def slots_of(times: NDArray[np.datetime64], step_s: float) -> NDArray[np.int64]:
    """Steps of the clock since the first row, [n]."""
    seconds = (times - times[0]) / np.timedelta64(1, "s")
    slots: NDArray[np.int64] = np.rint(seconds / step_s).astype(np.int64)
    return slots


def fine_features(
    x: _Array, slots: NDArray[np.int64], settings: FineSettings, start: int, residual: _Array
) -> tuple[_Array, _Array]:
    """Features of the rows from `start`, [n - start, 7], and residuals of all rows [n].

    Parameters
    ----------
    x
        [n] scaled values.
    slots
        [n] never falling.
    residual
        [start] what an earlier call returned.
    """
    day = settings.day
    hour, four_hours = settings.window(_HOUR), settings.window(_FOUR_HOURS)
    further = season_residual(x, slots, day, max(1, day // 144), start)
    residual = np.concatenate([residual, further])
    of_hour = _trailing_mean(residual, hour)
    columns = (
        nearest_value(x, _LAG, start),
        nearest_pair(x, _LAG, start, _MEMORY),
        np.abs(of_hour[start:]),
        np.abs(_trailing_mean(residual, four_hours)[start:]),
        profile_novelty(x, slots, day, max(1, day // 96), hour, start),
        nearest_value(residual, _LAG, start),
        nearest_value(of_hour, hour, start),
    )
    return np.stack(columns, axis=1), residual


def _trailing_mean(values: _Array, window: int) -> _Array:
    """Mean of the last `window` values, of fewer at the beginning, [n]."""
    sums = np.concatenate([np.zeros(1), np.cumsum(values)])
    end = np.arange(1, len(values) + 1)
    begin = np.maximum(end - window, 0)
    mean: _Array = (sums[end] - sums[begin]) / (end - begin)
    return mean
