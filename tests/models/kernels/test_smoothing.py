"""The smoothings against one parameter set after another, in plain floats."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from models.kernels.damped_smoothing import damped_smoothing
from models.kernels.level_smoothing import level_smoothing, smoothed_level
from models.kernels.seasonal_smoothing import seasonal_smoothing

ALPHAS = [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95]
BETAS, PHIS = [0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2], [0.8, 0.9, 0.95, 0.98, 1.0]
GAMMAS = [0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5]
WEEK = np.array([3.0, 4.0, 5.0, 4.0, 3.0, -9.0, -10.0])


def filled(
    kernel: Callable[..., bool], y: NDArray[np.float64], *more: int, h: int = 10
) -> NDArray[np.float64]:
    out = np.full(h, np.nan)
    assert kernel(y, *more, out)
    return out


def damped_pass(
    y: NDArray[np.float64], alpha: float, beta: float, phi: float
) -> tuple[float, float, float]:
    level, slope, losses = float(np.mean(y[:8])), 0.0, []
    for value in y:
        guess = level + phi * slope
        error = value - guess
        losses.append(abs(error) ** 1.5)
        level, slope = guess + alpha * error, phi * slope + beta * error
    return sum(losses[min(4, len(y) // 3) :]), level, slope


def seasonal_pass(
    y: NDArray[np.float64], season: int, alpha: float, gamma: float
) -> tuple[float, list[float]]:
    """Loss and the next season's forecasts."""
    whole = y[: len(y) // season * season].reshape(-1, season)[:4]
    profile = list((whole - whole.mean(axis=1, keepdims=True)).mean(axis=0))
    level, losses = float(y[:season].mean()), []
    for t, value in enumerate(y):
        error = value - level - profile[t % season]
        losses.append(abs(error) ** 1.5)
        level += alpha * error
        profile[t % season] += gamma * (1 - alpha) * error
    ahead = [level + profile[(len(y) + h) % season] for h in range(season)]
    return sum(losses[min(season, len(y) // 3) :]), ahead


@pytest.mark.parametrize("n", [6, 7, 13, 60])
def test_the_trend_is_the_best_of_its_grid(n: int) -> None:
    y = np.cumsum(np.random.default_rng(n).normal(0.5, 1.0, n)) + 20
    grid = [(a, b, p) for a in ALPHAS for b in BETAS for p in PHIS if b <= a]
    _, level, slope, phi = min((*damped_pass(y, *lane), lane[2]) for lane in grid)
    steps = np.arange(1, 11)
    expected = [level + slope * sum(phi**i for i in range(1, h + 1)) for h in steps]
    np.testing.assert_allclose(filled(damped_smoothing, y), expected)


@pytest.mark.parametrize("n", [6, 9, 60])
def test_the_level_is_the_best_of_its_grid(n: int) -> None:
    y = np.random.default_rng(n).lognormal(1, 1, n)
    loss, level, _ = min(damped_pass(y, alpha, 0.0, 1.0) for alpha in ALPHAS)
    np.testing.assert_allclose(smoothed_level(y), (level, loss))
    np.testing.assert_allclose(filled(level_smoothing, y), level)


@pytest.mark.parametrize(("n", "season"), [(16, 7), (60, 7), (61, 24), (110, 52)])
def test_the_season_is_the_best_of_its_grid(n: int, season: int) -> None:
    rng = np.random.default_rng(n)
    y = 10 + np.sin(2 * np.pi * np.arange(n) / season) + rng.normal(0, 0.3, n)
    _, ahead = min(seasonal_pass(y, season, a, g) for a in ALPHAS for g in GAMMAS)
    np.testing.assert_allclose(filled(seasonal_smoothing, y, season, h=season), ahead)


@pytest.mark.parametrize("extra", range(7))
def test_the_season_keeps_its_phase(extra: int) -> None:
    y = 100 + np.tile(WEEK, 8)[: 49 + extra]
    expected = 100 + np.tile(WEEK, 3)[extra : extra + 10]
    np.testing.assert_allclose(filled(seasonal_smoothing, y, 7), expected, atol=1e-6)


def test_a_line_is_continued_and_a_step_followed() -> None:
    line = 10.0 + 2.0 * np.arange(80.0)
    np.testing.assert_allclose(filled(damped_smoothing, line, h=3), [170, 172, 174], rtol=0.02)
    step = np.concatenate([np.full(30, 10.0), np.full(10, 50.0)])
    assert filled(level_smoothing, step, h=2) == pytest.approx([50.0, 50.0], rel=0.01)
