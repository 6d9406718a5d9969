import numpy as np
import pytest
from numpy.typing import NDArray

from models.kernels.autoregression import chosen_lags, half_life, ridge_steps
from models.kernels.ridges import level_ridge, log_change_ridge, seasonal_change_ridge


def slow_ridge(
    y: NDArray[np.float64], lags: list[int], h: int, penalty: float, age: float
) -> list[float]:
    """One least-squares problem with the penalty as further rows."""
    n, reach = len(y), max(lags)
    design = np.array([[*(y[t - lag] for lag in lags), 1.0] for t in range(reach, n)])
    weight = 0.5 ** ((n - 1 - np.arange(reach, n)) / age)
    gram = (design * weight[:, None]).T @ design
    trace = np.trace(gram[:-1, :-1]) / len(lags)
    ridge = np.sqrt([penalty * trace + 1e-9] * len(lags) + [penalty * weight.sum() + 1e-9])
    root = np.sqrt(weight)
    stacked = np.vstack([design * root[:, None], np.diag(ridge)])
    target = np.concatenate([y[reach:] * root, np.zeros(len(lags) + 1)])
    solution = np.linalg.lstsq(stacked, target, rcond=None)[0]
    path = list(y)
    for _ in range(h):
        path.append(float(solution @ [*(path[-lag] for lag in lags), 1.0]))
    return path[n:]


def growing(n: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(n)
    week = np.resize([1.0, 1.1, 1.2, 1.1, 1.0, 0.5, 0.4], n)
    return np.array(50 * week * np.exp(rng.normal(0.002, 0.05, n).cumsum()))


@pytest.mark.parametrize(("n", "lags"), [(30, [1, 2]), (60, [1, 3]), (200, [1, 2, 7, 14])])
def test_steps_equal_one_least_squares_problem(n: int, lags: list[int]) -> None:
    y, out = np.random.default_rng(n).normal(size=n), np.empty(12)
    assert ridge_steps(y, np.array(lags), 0.1, 20.0, out)
    np.testing.assert_allclose(out, slow_ridge(y, lags, 12, 0.1, 20.0), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("n", [40, 90, 300])
def test_the_three_ridges_are_their_transformations(n: int) -> None:
    y, out = growing(n), np.empty(10)
    assert level_ridge(y, 7, 7, 1, out)
    centre, age = y[-28:].mean(), half_life(n, 7)
    size = np.abs(y - centre).mean()
    steps = slow_ridge((y - centre) / size, list(chosen_lags(n, 7, 1)), 10, 0.01, age)
    np.testing.assert_allclose(out, centre + size * np.array(steps), rtol=1e-8)

    assert log_change_ridge(y, 7, 7, 1, out)
    change = np.diff(np.log(y))
    size = np.abs(change).mean()
    steps = slow_ridge(change / size, list(chosen_lags(n - 1, 7, 1)), 10, 0.02, age)
    capped = np.minimum(y[-1] * np.exp(size * np.cumsum(steps)), 2 * y.max())
    np.testing.assert_allclose(out, capped, rtol=1e-6)

    change = y[7:] - y[:-7]
    size = np.abs(change).mean()
    able = seasonal_change_ridge(y, 7, out)
    assert able == (n > 41)
    if able:
        short = min(8, max(2, n // 8))
        lags = [*range(1, short + 1), max(7, short + 1)]
        path = list(y)
        for step in slow_ridge(change / size, lags, 10, 0.02, age):
            path.append(path[-7] + step * size)
        np.testing.assert_allclose(out, path[n:], rtol=1e-8)


def test_a_pure_season_is_repeated_by_its_changes() -> None:
    week, out = np.arange(7.0), np.empty(14)
    assert seasonal_change_ridge(np.tile(week, 10), 7, out)
    np.testing.assert_array_equal(out, np.tile(week, 2))


def test_too_short_a_history_is_left_to_others() -> None:
    assert not ridge_steps(np.ones(12), np.array([1, 2]), 0.1, 9.0, np.empty(3))


def test_lags_grow_with_the_history() -> None:
    assert chosen_lags(20, 7, 1).tolist() == [1, 2]
    assert chosen_lags(400, 7, 1).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 14, 21]
    assert chosen_lags(40, 1, 1).tolist() == [1, 2, 3, 4, 5]
    assert chosen_lags(700, 24, 168).tolist()[8:] == [24, 25, 23, 48, 72, 168, 336]
    assert chosen_lags(400, 24, 168).tolist()[8:] == [24, 25, 23, 48, 72, 168]
    assert half_life(400, 7) == 200
    assert half_life(100, 7) == 112
