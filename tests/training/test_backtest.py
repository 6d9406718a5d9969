import math

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.combine import central_mass
from models.forecasters.pool import default_names
from training.backtest import (
    Backtest,
    evaluate_weights,
    naive_metrics,
    run_backtest,
    task_for,
)

NAMES = list(default_names())


def panel_of(value: NDArray[np.float64]) -> Panel:
    n, periods = value.shape
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=f"t{row}", model="m") for row in range(n)),
        periods=np.datetime64("2026-01-01") + np.arange(periods),
        value=value,
        observed=np.isfinite(value),
        completeness=np.full(value.shape, np.nan),
        known_at=np.datetime64("2026-10-20T06:00"),
    )


def spend(n: int = 4, periods: int = 90, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    week = np.resize([1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.4], periods)
    return np.array(rng.lognormal(3, 1, (n, 1)) * week * rng.lognormal(0, 0.1, (n, periods)))


def backtest_of(value: NDArray[np.float64], horizon: int = 14) -> Backtest:
    panel = panel_of(value)
    return run_backtest(panel, task_for(panel, horizon=horizon, season=7))


def test_shapes_and_truth() -> None:
    value = spend()
    value[1, 80] = np.nan
    backtest = backtest_of(value)
    origins = backtest.task.origins
    assert backtest.members == tuple(NAMES)
    assert backtest.forecasts.shape == (4, len(origins), len(NAMES), 14)
    assert backtest.future.shape == (4, len(NAMES), 14)
    for k, column in enumerate(origins):
        np.testing.assert_array_equal(backtest.actual[:, k], value[:, column : column + 14])


def test_truth_that_is_still_to_come_is_missing() -> None:
    backtest = backtest_of(spend(periods=200), horizon=92)
    assert backtest.task.shortest_truth == 28
    assert np.isfinite(backtest.actual[:, 0, :28]).all()
    assert np.isnan(backtest.actual[:, 0, 28:]).all()
    assert np.isfinite(backtest.errors).all()


def test_a_forecast_knows_nothing_from_its_origin_on() -> None:
    value = spend(n=3)
    value[2, 40] = np.nan
    before = backtest_of(value)
    for k, column in enumerate(before.task.origins[:3]):
        changed = value.copy()
        changed[:, column:] = 1e6 * np.random.default_rng(k).random(changed[:, column:].shape)
        after = backtest_of(changed)
        np.testing.assert_array_equal(after.forecasts[:, k:], before.forecasts[:, k:])
        assert not np.allclose(after.future, before.future)


def test_young_and_silent_series() -> None:
    value = spend(n=4, periods=120)
    value[0, :-5] = 0.0  # began five days ago
    value[1] = np.nan  # never observed
    value[2, 60:] = 0.0  # fell silent
    backtest = backtest_of(value)
    assert np.isnan(backtest.forecasts[:2]).all()
    assert np.isnan(backtest.errors[:2]).all()
    assert np.isfinite(backtest.future).all()
    assert (backtest.future[0] > 0).all()
    assert (backtest.future[1:3] == 0).all()
    assert (backtest.forecasts[2, 0] == 0).all()


def test_the_naive_yardstick_is_the_week_before() -> None:
    value = spend(n=2)
    backtest = backtest_of(value)
    errors, truth = [], []
    for column in backtest.task.origins:
        weeks = np.tile(value[:, column - 7 : column], 2)
        errors.append(np.abs(weeks - value[:, column : column + 14]))
        truth.append(value[:, column : column + 14])
    scale = np.abs(value[:, 7:] - value[:, :-7]).mean(axis=1)
    figures = naive_metrics(backtest)
    assert figures["wape"] == pytest.approx(np.sum(errors) / np.sum(truth))
    assert figures["mase"] == pytest.approx((np.mean(errors, axis=(0, 2)) / scale).mean())


def test_weights_are_judged_by_name_of_series_and_member() -> None:
    backtest = backtest_of(spend(n=3))
    naive = np.array([[0.0, 1.0], [0.0, 1.0]])
    figures = evaluate_weights(
        backtest,
        [backtest.unique_ids[2], "team=gone/model=m"],
        naive,
        members=["no_longer_in_the_pool", "seasonal_naive"],
    )
    assert figures == pytest.approx(naive_metrics(backtest))


def test_series_unknown_to_the_weights_take_their_mean() -> None:
    backtest = backtest_of(spend(n=3))
    weights = np.zeros((2, len(NAMES)))
    weights[0, 0] = weights[1, 1] = 1.0
    given = evaluate_weights(backtest, backtest.unique_ids[:2], weights)
    full = np.vstack([weights, weights.mean(axis=0)])
    spread = np.broadcast_to(full[:, None], backtest.forecasts.shape[:3])
    error = np.abs(central_mass(backtest.forecasts, spread) - backtest.actual)
    assert given["wape"] == pytest.approx(error.sum() / backtest.actual.sum())


def test_without_weights_members_count_alike() -> None:
    backtest = backtest_of(spend(n=2))
    nothing = evaluate_weights(backtest, [], np.empty((0, len(NAMES))))
    alike = evaluate_weights(backtest, backtest.unique_ids, np.ones((2, len(NAMES))))
    assert nothing == pytest.approx(alike)


def test_a_few_days_have_no_figures_and_say_so() -> None:
    backtest = backtest_of(spend(n=2, periods=5))
    assert backtest.task.origins == ()
    assert all(math.isnan(figure) for figure in naive_metrics(backtest).values())


@pytest.mark.parametrize(("horizon", "season"), [(0, 7), (7, 0)])
def test_a_task_needs_a_horizon_and_a_season(horizon: int, season: int) -> None:
    with pytest.raises(ValueError, match="wanted each at least 1"):
        task_for(panel_of(spend()), horizon=horizon, season=season)


def test_bursty_series_are_told_from_growing_and_weekly_ones() -> None:
    rng = np.random.default_rng(2)
    value = spend(3, 120)
    value[0] *= np.exp(0.01 * np.arange(120))
    value[1] = rng.lognormal(5, 0.1, 120) * (rng.random(120) < 0.3)
    value[2] = 0.0
    calm, bursty, silent = backtest_of(value).burstiness
    assert calm < 0.2
    assert bursty == 1.0
    assert silent == 0.0


def test_burstiness_does_not_depend_on_the_unit() -> None:
    value = spend()
    np.testing.assert_allclose(
        backtest_of(value * 1000).burstiness, backtest_of(value).burstiness, rtol=1e-9
    )


def test_losses_count_the_sum_as_far_as_the_series_is_bursty() -> None:
    value = spend(2, 90)
    value[1] *= np.random.default_rng(3).lognormal(0, 1, 90)
    backtest = backtest_of(value)
    known = np.isfinite(backtest.actual)
    for i, k, m in np.ndindex(2, 3, len(backtest.members)):
        error = (backtest.forecasts[i, k, m] - backtest.actual[i, k])[known[i, k]]
        wanted = np.abs(error).mean() + backtest.burstiness[i] * abs(error.mean())
        assert backtest.losses[i, k, m] == pytest.approx(wanted)
    np.testing.assert_array_equal(np.isfinite(backtest.losses), np.isfinite(backtest.errors))


def test_only_the_long_averages_are_for_bursty_series_alone() -> None:
    backtest = backtest_of(spend(1))
    long = {n for n, is_long in zip(backtest.members, backtest.long_window, strict=True) if is_long}
    assert long == {"long_average", "long_seasonal_average"}
