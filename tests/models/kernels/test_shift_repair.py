import numpy as np
import pytest
from numpy.typing import NDArray

from models.kernels.shift_repair import repair_shift


def weekly(n: int, seed: int = 0) -> NDArray[np.float64]:
    week = np.resize([1.0, 1.05, 1.1, 1.05, 1.0, 0.7, 0.6], n)
    return np.array(100 * week * np.random.default_rng(seed).lognormal(0, 0.05, n))


@pytest.mark.parametrize("age", [3, 7, 14])
@pytest.mark.parametrize("factor", [0.4, 2.5])
def test_a_fresh_shift_takes_the_past_along(age: int, factor: float) -> None:
    y = weekly(124)  # ends on a Friday
    shifted = y.copy()
    shifted[-age:] *= factor
    repaired = repair_shift(shifted, 7)
    np.testing.assert_array_equal(repaired[-age:], shifted[-age:])
    # weekdays are amounts, not shares: of three days that are above the week it knows no better
    tolerance = 0.25 if age == 3 else 0.15
    np.testing.assert_allclose(repaired[:-age] / y[:-age], factor, rtol=tolerance)


def test_what_is_no_fresh_shift_is_left_alone() -> None:
    y = weekly(120)
    old, small, spike = y.copy(), y.copy(), y.copy()
    old[-20:] *= 3
    small[-5:] *= 1.3
    spike[-1] *= 5  # a day is no level
    for history in (y, old, small, spike, y - 1000, np.full(50, 3.0), np.arange(5.0), y[:1]):
        np.testing.assert_array_equal(repair_shift(history, 7), history)
    shifted = np.concatenate([y[:-5], 3 * y[-5:]])
    np.testing.assert_array_equal(repair_shift(shifted, 52), shifted)


def test_the_last_of_two_shifts_counts() -> None:
    y = weekly(120)
    y[-40:] *= 4
    y[-6:] *= 0.25
    repaired = repair_shift(y, 7)
    np.testing.assert_array_equal(repaired[-6:], y[-6:])
    np.testing.assert_allclose(repaired[-40:-6] / y[-40:-6], 0.25, rtol=0.15)


def test_hours_are_judged_by_their_days() -> None:
    rng = np.random.default_rng(1)
    day = 2 + np.sin(2 * np.pi * np.arange(24 * 30) / 24)
    y = day * rng.lognormal(0, 0.1, len(day))
    shifted = y.copy()
    shifted[-24 * 4 :] *= 3
    repaired = repair_shift(shifted, 24)
    np.testing.assert_allclose(repaired[: -24 * 4] / y[: -24 * 4], 3, rtol=0.1)
    np.testing.assert_array_equal(repaired[-24 * 4 :], shifted[-24 * 4 :])
