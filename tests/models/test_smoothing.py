import numpy as np
import pytest
from numpy.typing import NDArray

from models.smoothing import Smoothed, smooth_level, smooth_season, smooth_trend

WEEK = np.array([3.0, 4.0, 5.0, 4.0, 3.0, -9.0, -10.0])


def one_pass(
    y: NDArray[np.float64], alpha: float, beta: float, phi: float
) -> tuple[float, float, float]:
    """Loss, level and slope of one parameter set, in plain floats."""
    level, slope, losses = float(np.mean(y[:8])), 0.0, []
    for value in y:
        guess = level + phi * slope
        error = value - guess
        losses.append(abs(error) ** 1.5)
        level, slope = guess + alpha * error, phi * slope + beta * error
    kept = losses[min(4, len(y) // 3) :]
    return sum(kept) / len(kept), level, slope


def test_the_trend_is_the_best_of_its_grid() -> None:
    y = np.cumsum(np.random.default_rng(3).normal(0.5, 1.0, 60)) + 20
    fit = smooth_trend(y)
    alphas = [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95]
    betas, phis = [0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2], [0.8, 0.9, 0.95, 0.98, 1.0]
    grid = [(a, b, p) for a in alphas for b in betas for p in phis if b <= a]
    _, level, slope, phi = min((*one_pass(y, *lane), lane[2]) for lane in grid)
    np.testing.assert_allclose([fit.level, fit.slope, fit.damping], [level, slope, phi])


def test_a_line_is_continued() -> None:
    y = 10.0 + 2.0 * np.arange(80.0)
    np.testing.assert_allclose(smooth_trend(y).forecast(3), [170, 172, 174], rtol=0.02)


def test_a_step_is_followed_by_the_level() -> None:
    y = np.concatenate([np.full(30, 10.0), np.full(10, 50.0)])
    assert smooth_level(y).forecast(2) == pytest.approx([50.0, 50.0], rel=0.01)


@pytest.mark.parametrize("extra", range(7))
def test_the_season_keeps_its_phase(extra: int) -> None:
    y = 100 + np.tile(WEEK, 8)[: 49 + extra]
    expected = 100 + np.tile(WEEK, 3)[extra : extra + 10]
    np.testing.assert_allclose(smooth_season(y, 7).forecast(10), expected, atol=1e-6)


def test_a_season_needs_a_season() -> None:
    with pytest.raises(ValueError, match="wanted a season of 7"):
        smooth_season(np.ones(6), 7)


def test_the_damped_forecast_follows_its_formula() -> None:
    fit = Smoothed(level=10.0, slope=2.0, damping=0.5, profile=np.array([1.0, -1.0]))
    np.testing.assert_allclose(fit.forecast(3), [10 + 1 + 1, 10 + 1.5 - 1, 10 + 1.75 + 1])
