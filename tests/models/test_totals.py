"""Totals: missing is not zero, and the average is what it says."""

import numpy as np
import pytest

from models.totals import averaged_total, mean_combination, squared_losses, total_of


def test_a_sum_is_missing_where_a_series_that_has_begun_is() -> None:
    nan = np.nan
    values = np.array([[nan, 0.0, 2.0, nan, 4.0], [1.0, nan, 3.0, 5.0, 6.0]])
    # the first has not begun on day 0, the second is missing on day 1
    np.testing.assert_array_equal(total_of(values), [1.0, nan, 5.0, nan, 10.0])
    assert np.isnan(total_of(np.full((2, 1), nan))).all()


def test_squared_losses_are_the_slow_and_obvious_ones() -> None:
    rng = np.random.default_rng(0)
    forecasts, actual = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 5))
    actual[0, 0, 3:] = np.nan
    actual[1, 2] = np.nan
    told = squared_losses(forecasts, actual)
    for n, k, m in np.ndindex(2, 3, 4):
        cells = [(f - y) ** 2 for f, y in zip(forecasts[n, k, m], actual[n, k], strict=True)]
        known = [cell for cell in cells if np.isfinite(cell)]
        wanted = np.sqrt(np.mean(known)) if known else np.nan
        np.testing.assert_allclose(told[n, k, m], wanted)


def test_the_mean_combination_leans_to_the_member_that_is_right_on_the_average() -> None:
    # nine days of nothing, then a burst: the median says 0, the mean says 1
    actual = np.tile([0.0] * 9 + [10.0], (1, 4, 1))
    forecasts = np.stack([np.zeros((1, 4, 10)), np.ones((1, 4, 10))], axis=2)
    said = mean_combination(forecasts, actual, forecasts[:, 0])
    assert (said > 0.5).all()
    assert (said < 1.0).all()


def test_the_average_takes_every_level_once() -> None:
    direct, groups = np.array([9.0]), np.array([[1.0], [2.0]])
    points, means = np.array([[1.0], [1.0]]), np.array([[2.0], [2.0]])
    assert averaged_total(direct, points, means)[0] == pytest.approx((9 + 3) / 2)
    assert averaged_total(direct, points, means, groups)[0] == pytest.approx((9 + 3 + 3) / 3)
