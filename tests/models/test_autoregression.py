import numpy as np
import pytest

from models.autoregression import chosen_lags, half_life, ridge_forecast


def test_the_weak_penalty_finds_the_process() -> None:
    rng = np.random.default_rng(0)
    y = np.zeros(600)
    for t in range(2, 600):
        y[t] = 0.6 * y[t - 1] - 0.3 * y[t - 2] + rng.normal(0, 0.1)
    forecast = ridge_forecast(y, np.array([1, 2]), 2, penalty=1e-6, half_life=1e9)
    assert forecast is not None
    first = 0.6 * y[-1] - 0.3 * y[-2]
    np.testing.assert_allclose(forecast, [first, 0.6 * first - 0.3 * y[-1]], atol=0.02)


def test_it_equals_weighted_ridge_written_as_one_least_squares() -> None:
    y = np.random.default_rng(1).normal(size=60)
    lags, penalty, age = np.array([1, 3]), 0.1, 20.0
    rows = range(3, 60)
    design = np.array([[y[t - 1], y[t - 3], 1.0] for t in rows])
    weight = np.array([0.5 ** ((59 - t) / age) for t in rows])
    gram = (design * weight[:, None]).T @ design
    ridge = np.diag([penalty * (gram[0, 0] + gram[1, 1]) / 2] * 2 + [penalty * weight.sum()])
    root = np.sqrt(weight)
    stacked = np.vstack([design * root[:, None], np.sqrt(ridge)])
    target = np.concatenate([y[3:] * root, np.zeros(3)])
    solution = np.linalg.lstsq(stacked, target, rcond=None)[0]
    forecast = ridge_forecast(y, lags, 1, penalty=penalty, half_life=age)
    assert forecast is not None
    assert forecast[0] == pytest.approx(solution @ [y[-1], y[-3], 1.0], rel=1e-6)


def test_too_short_a_history_is_left_to_others() -> None:
    assert ridge_forecast(np.ones(12), np.array([1, 2]), 3, penalty=0.1, half_life=9) is None


def test_lags_grow_with_the_history() -> None:
    assert chosen_lags(20, 7).tolist() == [1, 2]
    assert chosen_lags(400, 7).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 14, 21]
    assert chosen_lags(40, 1).tolist() == [1, 2, 3, 4, 5]
    assert half_life(400, 7) == 200
    assert half_life(100, 7) == 112
