import math

import numpy as np
import pytest

from models.accuracy import panel_accuracy, series_wape, truth_sums
from models.metrics import bias, coverage, mase_scale, mean_absolute, pinball, wape

NAN = math.nan


def test_wape_and_bias_weigh_by_money_and_skip_what_has_no_truth() -> None:
    forecast = np.array([10.0, 20.0, 99.0])
    actual = np.array([20.0, 10.0, NAN])
    assert wape(forecast, actual) == pytest.approx(20 / 30)
    assert bias(forecast, actual) == 0.0
    assert bias(forecast + 3, actual) == pytest.approx(6 / 30)


def test_nothing_to_measure_is_not_zero() -> None:
    nothing = np.full(3, NAN)
    assert math.isnan(wape(np.ones(3), nothing))
    assert math.isnan(wape(np.ones(3), np.zeros(3)))
    assert math.isnan(coverage(nothing, nothing, nothing))
    assert math.isnan(pinball(np.ones((3, 2)), np.array([0.1, 0.9]), nothing))
    assert np.isnan(mean_absolute(np.full((2, 3), NAN))).all()


def test_the_scale_is_the_seasonal_naive_error() -> None:
    value = np.array([1.0, 5.0, 2.0, 7.0, NAN, 7.0])
    assert mase_scale(value, 2) == pytest.approx((1 + 2 + 0) / 3)
    assert mase_scale(np.array([1.0, 2.0]), 7) == 1.0


@pytest.mark.parametrize("value", [[3.0] * 20, [5.0], [NAN, NAN], [1000.0, 1000.5]])
def test_a_scale_of_almost_nothing_measures_nothing(value: list[float]) -> None:
    assert math.isnan(mase_scale(np.array(value), 7))


def test_pinball_is_least_at_the_quantile() -> None:
    actual = np.random.default_rng(0).normal(size=4000)
    levels = np.array([0.9])
    losses = [pinball(np.full((4000, 1), q), levels, actual) for q in (0.9, 1.2816, 1.7)]
    assert min(losses) == losses[1]


def test_coverage_counts_cells_with_truth() -> None:
    lower, upper = np.zeros(4), np.ones(4)
    assert coverage(lower, upper, np.array([0.5, 2.0, NAN, 1.0])) == pytest.approx(2 / 3)


def test_panel_accuracy_by_hand() -> None:
    actual = np.array([[[1.0, 3.0], [2.0, NAN]], [[10.0, 10.0], [NAN, NAN]]])
    forecast = np.array([[[2.0, 2.0], [4.0, 4.0]], [[8.0, 11.0], [1.0, 1.0]]])
    figures = panel_accuracy(forecast, actual, np.array([2.0, NAN]))
    assert figures["mase"] == pytest.approx(((1 + 1) / 2 + 2) / 2 / 2)
    assert figures["wape"] == pytest.approx((1 + 1 + 2 + 2 + 1) / 26)
    assert figures["wape_sum"] == pytest.approx((0 + 2 + 1) / 26)
    assert figures["bias"] == pytest.approx((1 - 1 + 2 - 2 + 1) / 26)
    np.testing.assert_allclose(series_wape(forecast, actual), [4 / 6, 3 / 20])
    sums, truth = truth_sums(forecast, actual)
    np.testing.assert_allclose(sums, [[4.0, 4.0], [19.0, NAN]])
    np.testing.assert_allclose(truth, [[4.0, 2.0], [20.0, NAN]])
