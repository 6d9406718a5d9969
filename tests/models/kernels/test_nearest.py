import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.kernels.nearest import nearest_pair, nearest_value

Values = NDArray[np.float64]


def slow_value(x: Values, t: int, lag: int) -> float:
    earlier = [abs(x[t] - x[j]) for j in range(t - lag + 1)]
    return min(earlier, default=0.0)


def slow_pair(x: Values, t: int, lag: int, memory: int) -> float:
    first = max(1, t - memory)
    earlier = [math.hypot(x[t] - x[j], x[t - 1] - x[j - 1]) for j in range(first, t - lag + 1)]
    return min(earlier, default=0.0)


def some_rows(seed: int) -> Values:
    return np.random.default_rng(seed).normal(size=60).round(1)  # with ties


@pytest.mark.parametrize("lag", [2, 5])
@pytest.mark.parametrize("start", [0, 3, 40, 60])
def test_nearest_value_is_the_least_distance(lag: int, start: int) -> None:
    x = some_rows(lag)
    wanted = [slow_value(x, t, lag) for t in range(start, len(x))]
    np.testing.assert_allclose(nearest_value(x, lag, start), wanted)


@pytest.mark.parametrize("memory", [7, 1000])
@pytest.mark.parametrize("start", [0, 3, 40, 60])
def test_nearest_pair_is_the_least_distance(memory: int, start: int) -> None:
    x = some_rows(memory)
    wanted = [slow_pair(x, t, 2, memory) for t in range(start, len(x))]
    np.testing.assert_allclose(nearest_pair(x, 2, start, memory), wanted)


def test_what_was_there_before_is_not_new() -> None:
    x = np.tile([1.0, 5.0, 2.0], 5)
    assert not nearest_value(x, 2, 5).any()
    assert not nearest_pair(x, 2, 5, 100).any()
