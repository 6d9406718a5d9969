"""Every feature against slow, obvious code, a day at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.features.cusum import cusum_trace, cusum_value
from models.features.ets import ets_one_step
from models.features.expected import expected_values, ordinary_interval, ordinary_reach
from models.features.filling import fill_gaps, first_day
from models.features.forest_rows import forest_rows
from models.features.lagged import lagged_level, lagged_unit
from models.features.one_step import usable_scale
from models.features.regression import regression_one_step
from models.features.schedule import spans_of_fits
from models.features.trailing import trailing_median, weekday_ahead, weekday_median

Series = NDArray[np.float64]


@pytest.fixture
def y() -> Series:
    rng = np.random.default_rng(4)
    weekday = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])[np.arange(120) % 7]
    return 100 * weekday * np.exp(rng.normal(0, 0.1, (3, 120)))


def test_each_day_is_served_by_one_fit_and_never_by_a_later_one() -> None:
    for days in (1, 10, 27, 28, 29, 34, 35, 100):
        served = np.full(days + 5, -1)
        for fit, span in spans_of_fits(days, 7, ahead=5):
            assert (served[span] == -1).all()
            served[span] = fit
        assert (served >= 0).all()
        after_warm_up = np.arange(min(28, days), days + 5)
        assert (served[after_warm_up] <= after_warm_up).all()
        assert (np.minimum(after_warm_up, days) - served[after_warm_up] < 7).all()


@given(st.integers(1, 40), st.integers(1, 9), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_trailing_medians(days: int, window: int, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(2, days))
    fast = trailing_median(x, window)
    assert fast.shape == (2, days + 1)
    assert np.isnan(fast[:, 0]).all()
    for day in range(1, days + 1):
        slow = np.median(x[:, max(0, day - window) : day], axis=1)
        np.testing.assert_allclose(fast[:, day], slow)


@given(st.integers(1, 60), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_weekday_medians_of_the_history_and_of_the_days_after_it(days: int, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(2, days))
    inside, after = weekday_median(x, 4), weekday_ahead(x, 4, 10)
    for day in range(days + 10):
        earlier = [p for p in range(day - 7, -1, -7) if p < days][:4]
        fast = inside[:, day] if day < days else after[:, day - days]
        slow = np.median(x[:, earlier], axis=1) if earlier else np.full(2, np.nan)
        np.testing.assert_allclose(fast, slow)


def test_regression_is_a_ridge_on_the_days_before_the_fit(y: Series) -> None:
    fitted = regression_one_step(y, ahead=3)
    fit = 98  # serves days 98 to 104
    t = np.arange(fit + 7)
    columns = [np.ones(len(t)), t / fit]
    columns += [np.maximum(t / fit - hinge, 0) for hinge in np.arange(1, 11) * 0.08]
    columns += [(t % 7 == weekday).astype(float) for weekday in range(7)]
    design = np.column_stack(columns)
    # ridge as least squares on rows of penalties below the data
    penalty = np.diag(np.sqrt([1e-6, 1e-6, *[2.0] * 10, *[0.1] * 7]))
    for row in range(3):
        weights = np.linalg.lstsq(
            np.vstack([design[:fit], penalty]), np.r_[y[row, :fit], np.zeros(19)], rcond=None
        )[0]
        np.testing.assert_allclose(fitted.forecast[row, fit : fit + 7], design[fit:] @ weights)
        residual = y[row, :fit] - design[:fit] @ weights
        np.testing.assert_allclose(fitted.scale[row, fit], residual.std())


def test_ets_follows_its_recursion_with_the_best_weights_so_far(y: Series) -> None:
    fitted = ets_one_step(y, ahead=9)
    choice_day = 112  # serves days 112 on
    for row in range(3):
        best = (np.inf, 0.0, 0.0)
        for alpha in (0.05, 0.1, 0.2, 0.4, 0.7):
            for gamma in (0.02, 0.1, 0.3):
                errors, _ = _slow_ets(y[row], alpha, gamma)
                best = min(best, (float((errors[:choice_day] ** 2).sum()), alpha, gamma))
        errors, after = _slow_ets(y[row], best[1], best[2])
        np.testing.assert_allclose(y[row, 112:] - fitted.forecast[row, 112:120], errors[112:])
        np.testing.assert_allclose(fitted.forecast[row, 120:], after[:9])
        size = np.sqrt((errors[115 - 91 : 115] ** 2).mean())
        np.testing.assert_allclose(fitted.scale[row, 115], size)


def _slow_ets(y: Series, alpha: float, gamma: float) -> tuple[Series, Series]:
    level = y[:7].mean()
    season = list(y[:7] - level)
    errors = []
    for day, value in enumerate(y):
        error = value - level - season[day % 7]
        level += alpha * error
        season[day % 7] += gamma * error
        errors.append(error)
    return np.array(errors), np.array([level + season[(len(y) + h) % 7] for h in range(14)])


def test_cusum_sums_what_exceeds_the_slack() -> None:
    z = np.random.default_rng(0).normal(0.4, 2, 200)
    trace = cusum_trace(z[None])[0]
    up = down = 0.0
    for day, value in enumerate(np.clip(z, -4, 4)):
        up, down = max(0.0, 0.97 * up + value - 0.7), max(0.0, 0.97 * down - value - 0.7)
        assert trace[day] == pytest.approx([up, down])
        assert cusum_value(trace[day]) == pytest.approx(max(up, down) / 3)


def test_lagged_level_a_day_at_a_time(y: Series) -> None:
    unit = lagged_unit(y)
    fast = lagged_level(y, unit)
    for row in range(3):
        np.testing.assert_allclose(unit[row], 0.1 * np.median(y[row, :28]))
        x = np.arcsinh(y[row] / unit[row])
        residual = [_slow_residual(x, day) for day in range(len(x))]
        for day in (27, 28, 35, 41, 42, 70, 119):
            late = np.median(x[max(day - 41, 0) : max(day - 13, 1)])
            early = np.median(x[max(day - 27, 0) : day - 6])
            size = 1.4826 * np.median(np.abs(residual[max(day - 56, 0) : day]))
            step = abs(np.median(x[day - 6 : day + 1]) - (late if day >= 42 else early))
            expected = 2 * step / max(size, 0.1) if day >= 28 else 0.0
            np.testing.assert_allclose(fast[row, day], expected)


def _slow_deviation(x: Series, day: int) -> float:
    return float(x[day] - np.median(x[max(day - 28, 0) : day])) if day else 0.0


def _slow_residual(x: Series, day: int) -> float:
    earlier = [_slow_deviation(x, day - 7 * week) for week in range(1, 9) if day - 7 * week >= 0]
    effect = np.median(earlier) * len(earlier) / (len(earlier) + 1) if earlier else 0.0
    return float(_slow_deviation(x, day) - effect)


def test_the_unit_of_a_series_without_spend_is_one() -> None:
    np.testing.assert_array_equal(lagged_unit(np.zeros((2, 40))), [1.0, 1.0])


def test_forest_rows_look_back_six_days() -> None:
    rng = np.random.default_rng(0)
    ets, cusum = rng.random((2, 1, 20))
    z = rng.normal(0, 3, (1, 20))
    rows = forest_rows(ets, z, cusum)[0]
    for day in (0, 2, 6, 19):
        seven = z[0, max(day - 6, 0) : day + 1]
        np.testing.assert_allclose(
            rows[day] ** 2,
            [
                ets[0, day],
                abs(z[0, day]),
                cusum[0, day],
                abs(seven[-3:].sum()) / 3**0.5,
                abs(np.clip(seven, -5, 5).sum()) / 7**0.5,
            ],
        )


def test_expected_is_the_median_of_three_voters(y: Series) -> None:
    y[0, 70] *= 10
    regression, ets = regression_one_step(y, 9), ets_one_step(y, 9)
    expected = expected_values(y, regression, ets, 9)
    for day in (7, 28, 70, 77, 84, 119, 120, 128):
        earlier = [p for p in range(day - 7, -1, -7) if p < 120][:4]
        voters = [regression.forecast[:, day], ets.forecast[:, day], np.median(y[:, earlier], 1)]
        np.testing.assert_allclose(expected[:, day], np.median(voters, axis=0))


def test_expected_is_not_negative_where_spend_never_was() -> None:
    falling = np.linspace(100, 0, 60)[None]
    refunds = falling - 50
    for series, floor in ((falling, True), (refunds, False)):
        expected = expected_values(
            series, regression_one_step(series, 20), ets_one_step(series, 20), 20
        )
        assert (expected.min() >= 0) == floor


def test_reach_holds_97_of_100_earlier_days_and_anomalies_hardly_widen_it() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(100, 10, (1, 500))
    expected = np.full((1, 501), 100.0)
    reach = ordinary_reach(y, expected)[0]
    earlier = np.abs(y[0, 120:485] - 100)
    assert (earlier <= reach[485]).mean() == pytest.approx(0.97, abs=0.006)
    y[0, 400:403] = 1000
    assert ordinary_reach(y, expected)[0, 485] < 1.2 * reach[485]
    lower, upper = ordinary_interval(np.array([5.0]), np.array([8.0]), np.array([0.0]))
    assert (lower[0], upper[0]) == (0.0, 13.0)


def test_scales_are_positive_whatever_the_series() -> None:
    scale = usable_scale(np.array([0.0, 0.0, 5.0]), np.array([0.0, 100.0, 100.0]))
    np.testing.assert_array_equal(scale, [1.0, 1.0, 5.0])


def test_gaps_are_filled_from_the_week_before_only() -> None:
    value = np.array(
        [1.0, np.nan, 3, 4, 5, 6, 7, 8, np.nan, np.nan, 11, 12, 13, 14, np.nan, np.nan]
    )
    filled = fill_gaps(value)
    assert filled[[1, 8, 9, 14, 15]].tolist() == [1, 1, 3, 8, 1]
    for end in range(1, len(value)):
        np.testing.assert_array_equal(fill_gaps(value[:end]), filled[:end])


def test_a_series_starts_with_its_first_spend() -> None:
    assert first_day(np.array([np.nan, 0.0, 0.0, 2.0])) == 3
    assert first_day(np.array([np.nan, 0.0, 0.0])) == 1
    assert first_day(np.array([np.nan])) is None
