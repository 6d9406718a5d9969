"""Scores of one series whose rows are a step apart, as a panel has them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.detectors.fine import FineDetector
from models.detectors.fine_settings import FineSettings

__all__ = ["scores_of_hourly", "scores_of_steps"]

_HOUR = np.timedelta64(1, "h")
_MICROSECONDS = 1_000_000


def scores_of_hourly(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How strange each hour of one series is, with the settings of the product, [n].

    See `scores_of_steps`.
    """
    return scores_of_steps(values, FineSettings.of_step(_HOUR))


def scores_of_steps(values: NDArray[np.float64], settings: FineSettings) -> NDArray[np.float64]:
    """How strange each step of one series is, [n].

    NaN where not observed, before the first value that is not zero, and in the warm-up after it.

    Parameters
    ----------
    values
        [n] steps that follow each other, NaN = not observed.
    settings
        Of the step.
    """
    begun = np.maximum.accumulate(np.nan_to_num(values) != 0)
    rows = np.flatnonzero(begun & np.isfinite(values))
    # the anchor is of no consequence: only the distance of rows counts
    since = np.round(rows * (settings.step_s * _MICROSECONDS)).astype("timedelta64[us]")
    score = np.full(len(values), np.nan)
    detector = FineDetector(settings)
    score[rows] = detector.score(np.datetime64("2000-01-01T00:00", "us") + since, values[rows])
    return score
