import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.kernels.clock_season import profile_novelty, season_residual

Values = NDArray[np.float64]
Slots = NDArray[np.int64]


def slots_with_holes(rows: int, seed: int = 0) -> Slots:
    """Steps of the clock with some left out and some twice."""
    return np.random.default_rng(seed).choice([0, 1, 1, 1, 1, 3], rows).cumsum().astype(np.int64)


def row_at(slot: Slots, wanted: int, before: int) -> int | None:
    """First row of a slot, among those before another row."""
    found = [row for row in range(before) if slot[row] == wanted]
    return found[0] if found else None


def slow_residual(x: Values, slot: Slots, t: int, day: int, reach: int) -> float:
    near = []
    for back in range(1, 15):
        for offset in range(-reach, reach + 1):
            row = row_at(slot, int(slot[t]) - back * day + offset, t)
            if row is not None:
                near.append(x[row])
    return float(x[t] - np.median(near)) if near else 0.0


def slow_novelty(x: Values, slot: Slots, t: int, day: int, window: int) -> float:
    if t < window - 1:
        return 0.0
    distances = []
    for back in range(1, 31):
        for offset in (-1, 0, 1):
            end = row_at(slot, int(slot[t]) - back * day + offset, t)
            if end is not None and end >= window - 1:
                shape = x[end - window + 1 : end + 1]
                distances.append(math.dist(x[t - window + 1 : t + 1], shape))
    return min(distances, default=0.0)


@pytest.mark.parametrize("start", [0, 33, 90])
@pytest.mark.parametrize("reach", [1, 2])
def test_residual_is_from_the_median_of_the_same_time(start: int, reach: int) -> None:
    x, slot = np.random.default_rng(1).normal(size=90), slots_with_holes(90)
    wanted = [slow_residual(x, slot, t, 6, reach) for t in range(start, 90)]
    np.testing.assert_allclose(season_residual(x, slot, 6, reach, start), wanted, atol=1e-12)


@pytest.mark.parametrize("start", [0, 33, 90])
def test_novelty_is_from_the_nearest_shape_at_the_same_time(start: int) -> None:
    x, slot = np.random.default_rng(2).normal(size=90), slots_with_holes(90, seed=2)
    wanted = [slow_novelty(x, slot, t, 8, 4) for t in range(start, 90)]
    np.testing.assert_allclose(profile_novelty(x, slot, 8, 1, 4, start), wanted, atol=1e-12)


def test_a_gap_does_not_shift_the_season() -> None:
    day = np.array([0.0, 0.0, 9.0, 4.0, 0.0, 0.0])
    slot = np.delete(np.arange(60), [20, 21, 22])
    x = np.tile(day, 10)[slot]
    residual = season_residual(x, slot, 6, 0, 12)
    assert not residual.any()
