"""Medians of the days before a day."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.features.schedule import SEASON

__all__ = ["trailing_median", "weekday_ahead", "weekday_median"]


def trailing_median(x: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Median of the last `window` days before each day and before the next one, [..., n + 1].

    Of fewer days where there are fewer; NaN before day 0, which has none.
    """
    days = x.shape[-1]
    pad = np.full((*x.shape[:-1], window), np.nan)
    windows = sliding_window_view(np.concatenate([pad, x], axis=-1), window, axis=-1)
    ordered = np.sort(windows, axis=-1)  # NaN last
    count = np.minimum(np.arange(days + 1), window)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    number = np.arange(days + 1)
    # with none yet both places hold NaN
    median: NDArray[np.float64] = 0.5 * (ordered[..., number, low] + ordered[..., number, high])
    return median


def weekday_median(x: NDArray[np.float64], weeks: int) -> NDArray[np.float64]:
    """Median of the same weekday in the last `weeks` weeks before each day, [N, n].

    NaN in the first week.
    """
    series, days = x.shape
    full = -(-days // SEASON)
    padded = np.full((series, full * SEASON), np.nan)
    padded[:, :days] = x
    by_weekday = padded.reshape(series, full, SEASON).transpose(0, 2, 1)  # [N, 7, weeks]
    median = trailing_median(by_weekday, weeks)[..., :full]
    return median.transpose(0, 2, 1).reshape(series, full * SEASON)[:, :days]


def weekday_ahead(x: NDArray[np.float64], weeks: int, ahead: int) -> NDArray[np.float64]:
    """Median of the last `weeks` same weekdays of the history for the days after it, [N, A].

    NaN for a weekday that the history does not have.
    """
    series, days = x.shape
    medians = np.full((series, ahead), np.nan)
    for step in range(ahead):
        newest = days + step - SEASON * (step // SEASON + 1)
        places = [p for p in range(newest, newest - SEASON * weeks, -SEASON) if p >= 0]
        if places:
            medians[:, step] = np.median(x[:, places], axis=1)
    return medians
