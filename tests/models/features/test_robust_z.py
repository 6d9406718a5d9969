"""Robust z against a slow, obvious one; tails; cutting; units."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.features.robust_z import ROBUST_Z_DAYS, robust_z


def _spend(series: int = 4, days: int = 150) -> NDArray[np.float64]:
    rng = np.random.default_rng(5)
    week = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])[np.arange(days) % 7]
    value = rng.uniform(5, 900, (series, 1)) * week * rng.lognormal(0, 0.2, (series, days))
    value[-1, rng.random(days) < 0.6] = 0.0
    return np.asarray(value)


def _slowly(y: NDArray[np.float64], day: int) -> float:
    def expected(t: int) -> float:
        return float(np.median([y[t - 7 * week] for week in range(1, 5) if t >= 7 * week]))

    if day < 14:
        return 0.0
    earlier = [abs(y[t] - expected(t)) for t in range(max(7, day - 56), day)]
    scale = max(
        1.4826 * float(np.median(earlier)),
        1.2533 * float(np.mean(earlier)),
        0.01 * abs(expected(day)),
    )
    return abs(float(y[day]) - expected(day)) / (scale or 1.0)


def test_it_is_the_obvious_formula() -> None:
    y = _spend()
    fast = robust_z(y)
    for row in range(len(y)):
        for day in range(y.shape[1]):
            assert fast[row, day] == pytest.approx(_slowly(y[row], day), rel=1e-9, abs=1e-12)


def test_a_tail_gives_the_value_of_its_last_day() -> None:
    y = _spend()
    np.testing.assert_allclose(robust_z(y[:, -ROBUST_Z_DAYS - 1 :])[:, -1], robust_z(y)[:, -1])


def test_later_days_change_nothing_and_the_unit_does_not_count() -> None:
    y = _spend()
    np.testing.assert_array_equal(robust_z(y[:, :90]), robust_z(y)[:, :90])
    np.testing.assert_allclose(robust_z(1000 * y), robust_z(y))


def test_short_constant_and_idle_series() -> None:
    assert not robust_z(np.full((2, 9), 4.0)).any()
    assert not robust_z(np.full((2, 60), 4.0)).any()
    idle = np.zeros((1, 60))
    idle[0, 59] = 3.0
    assert robust_z(idle)[0, 59] == 3.0  # one unit of the measure stands in for a scale
