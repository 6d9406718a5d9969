"""Ratios that tell why cost moves: price, tokens per request, cache hits, errors, utilisation.

Amounts add up, ratios do not: sum the amounts first, over whatever is looked at, then divide.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["RATIOS", "ratio_series"]

#: Numerator and denominator, each a sum of amounts. `input` is what was neither read from a cache
#: nor written to it, `output` includes reasoning.
RATIOS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "unit_price": (("cost",), ("quantity",)),
    "input_per_request": (("input", "cache_read", "cache_write"), ("requests",)),
    "output_per_request": (("output",), ("requests",)),
    "output_per_input": (("output",), ("input", "cache_read", "cache_write")),
    "cache_hit_share": (("cache_read",), ("input", "cache_read", "cache_write")),
    "error_share": (("failed_requests",), ("requests",)),
    "gpu_utilisation": (("busy_hours",), ("gpu_hours",)),
}


def ratio_series(amounts: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Every ratio of amounts by name; NaN = not measured, or nothing to divide by.

    Amounts are of one shape, [T] or [N, T], and so are the ratios. An amount that nobody measured
    is NaN, or absent; of a sum the measured ones count.

    >>> series = ratio_series({"failed_requests": np.array([1.0, np.nan]),
    ...                        "requests": np.array([50.0, 70.0])})
    >>> series["error_share"]
    array([0.02,  nan])
    """
    shape = next((amount.shape for amount in amounts.values()), (0,))
    unknown = np.full(shape, np.nan)
    ratios = {}
    for name, (above, below) in RATIOS.items():
        over, under = (_sum(amounts, names, unknown) for names in (above, below))
        ratios[name] = np.divide(over, under, out=unknown.copy(), where=under > 0)
    return ratios


def _sum(
    amounts: Mapping[str, NDArray[np.float64]],
    names: tuple[str, ...],
    unknown: NDArray[np.float64],
) -> NDArray[np.float64]:
    parts = np.stack([amounts.get(name, unknown) for name in names])
    total: NDArray[np.float64] = np.nansum(parts, axis=0)
    return np.where(np.isnan(parts).all(axis=0), np.nan, total)
