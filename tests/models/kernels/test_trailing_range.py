"""Ranges before a day: the sorted window is the slow and obvious one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.kernels.trailing_range import trailing_range

_VALUES = st.lists(
    st.one_of(st.just(np.nan), st.floats(-1e6, 1e6, width=32)), min_size=0, max_size=60
)


def slow(
    values: NDArray[np.float64], window: int, fewest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    center, spread = np.full(len(values) + 1, np.nan), np.full(len(values) + 1, np.nan)
    for day in range(len(values) + 1):
        known = values[max(0, day - window) : day]
        known = known[np.isfinite(known)]
        if len(known) >= fewest:
            center[day] = np.median(known)
            distance = np.abs(known - center[day])
            spread[day] = max(1.4826 * np.median(distance), 1.2533 * np.mean(distance))
    return center, spread


@settings(deadline=None)
@given(_VALUES, st.integers(1, 12), st.integers(1, 5))
def test_it_is_the_slow_and_obvious_one(values: list[float], window: int, fewest: int) -> None:
    array = np.array(values, dtype=np.float64)
    found, wanted = trailing_range(array, window, fewest), slow(array, window, fewest)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-9)


def test_later_days_change_nothing_before() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=80)
    short, long = trailing_range(values[:50], 20, 5), trailing_range(values, 20, 5)
    for one, other in zip(short, long, strict=True):
        np.testing.assert_array_equal(one, other[:51])
