import math

import numpy as np
import pytest

from models.conformal import Widths, calibrate, needed_width, width_factor
from models.residual_bank import bank_of


def test_the_needed_width_just_holds_the_residual() -> None:
    residual = np.array([1.0, -3.0, 0.0, math.nan])
    needed = needed_width(residual, np.full(4, -2.0), np.full(4, 4.0))
    np.testing.assert_allclose(needed, [0.25, 1.5, 0.0, math.nan])


def test_a_factor_is_a_quantile_within_reason() -> None:
    assert width_factor(np.arange(101.0) / 100 * 2, 0.8) == pytest.approx(1.6)
    assert width_factor(np.zeros(10), 0.8) == 0.6
    assert width_factor(np.full(10, 50.0), 0.8) == 3.0
    assert width_factor(np.array([math.nan]), 0.8) == 1.0


def test_widening_moves_mean_and_shape_apart() -> None:
    rows = np.array([[1.0, 3.0]])
    np.testing.assert_allclose(Widths(2.0, 1.0, 0, 0).widen(rows), [[3.0, 5.0]])
    np.testing.assert_allclose(Widths(1.0, 3.0, 0, 0).widen(rows), [[-1.0, 5.0]])


def calibrated(residual: np.typing.NDArray[np.float64], scale: float = 1.0) -> Widths:
    scales = np.full(residual.shape[:2], scale)
    bank = bank_of(residual, scales, 7)
    return calibrate(residual, scales, bank, independent=8.0, rng=np.random.default_rng(0))


def test_exchangeable_residuals_need_hardly_any_widening() -> None:
    rng = np.random.default_rng(4)
    widths = calibrated(rng.normal(size=(40, 8, 14)) + rng.normal(size=(40, 8, 1)))
    assert widths.shape == pytest.approx(1.0, abs=0.1)
    assert widths.level == pytest.approx(1.05, abs=0.15)
    assert widths.coverage_steps == pytest.approx(0.8, abs=0.02)
    assert 0.78 <= widths.coverage_sums <= 0.88


def test_origins_that_err_together_need_wider_sums() -> None:
    rng = np.random.default_rng(4)
    own = rng.normal(size=(40, 8, 14))
    apart = calibrated(own + rng.normal(size=(40, 8, 1)))
    together = calibrated(own + 2 * np.array([-1, 1, -1, 1, -1, 1, -4, 4.0])[None, :, None])
    assert together.level > apart.level


def test_coverage_meets_nominal_on_skewed_partly_missing_truth() -> None:
    rng = np.random.default_rng(9)
    residual = rng.exponential(size=(30, 6, 20)) * 5 - 3
    residual[:, 0, 8:] = np.nan
    residual[3, 2] = np.nan
    widths = calibrated(residual, scale=5.0)
    assert widths.coverage_steps == pytest.approx(0.8, abs=0.02)
    assert widths.coverage_sums >= 0.8


@pytest.mark.parametrize("origins", [0, 1])
def test_too_few_origins_measure_nothing(origins: int) -> None:
    widths = calibrated(np.ones((3, origins, 5)))
    assert (widths.level, widths.shape) == (1.0, 1.0)
    assert math.isnan(widths.coverage_steps)
