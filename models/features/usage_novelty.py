"""How far the ratios of a day's usage are from where they lay in the eight weeks before.

|r - median| / s, with s the robust spread of those days (`models.kernels.trailing_range`), at least
1 % of the median. Of several ratios the furthest counts: a retry loop shows in the share of errors
alone, longer prompts in the tokens of a request. numpy only: serving imports it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features.ratios import RATIOS, ratio_series
from models.usage import Usage

__all__ = ["RATIO_NAMES", "UsageRanges", "furthest", "usage_ratios"]

#: A ratio that hardly moves is not strange for moving by less than this share of itself,
_LEAST_SPREAD = 0.01
#: nor a share of requests or of tokens for half a point of a hundred, where it was always zero.
_LEAST_POINTS = {"cache_hit_share": 0.005, "error_share": 0.005}
#: The ratios, in the order of all arrays over ratios.
RATIO_NAMES = tuple(RATIOS)

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class UsageRanges:
    """Where R ratios of N series lie before some days.

    Parameters
    ----------
    center, spread
        [..., R] in the order of `RATIO_NAMES`; NaN = too few known days.
    """

    center: _Array
    spread: _Array


def usage_ratios(usage: Usage) -> _Array:
    """[N, T, R] ratios that say something of the use; NaN = not known.

    The cost of a GPU-hour is none of them: it moves with the mix of machines on every day of a team
    that both trains and serves.
    """
    nothing = np.full(usage.shape, np.nan)
    ratios = ratio_series(usage.amounts) if usage.amounts else {}
    machines = np.isfinite(usage.amounts.get("gpu_hours", nothing))
    if "unit_price" in ratios:
        ratios["unit_price"] = np.where(machines, np.nan, ratios["unit_price"])
    return np.stack([ratios.get(name, nothing) for name in RATIO_NAMES], axis=-1)


def furthest(value: _Array, ranges: UsageRanges) -> _Array:
    """[...] distance of the ratio [..., R] that is furthest out of its range; NaN = none is known.

    `ranges` are those before the days of the ratios, [..., R].
    """
    points = np.array([_LEAST_POINTS.get(name, 0.0) for name in RATIO_NAMES])
    spread = np.maximum(ranges.spread, np.maximum(_LEAST_SPREAD * np.abs(ranges.center), points))
    known = np.isfinite(value) & (spread > 0)  # NaN is not
    distance = np.divide(
        np.abs(value - ranges.center), spread, out=np.full(value.shape, np.nan), where=known
    )
    largest: _Array = np.fmax.reduce(distance, axis=-1)
    return largest
