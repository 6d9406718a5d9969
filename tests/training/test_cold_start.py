from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.combine import log_errors
from models.forecasters.pool import default_names
from models.losses import member_errors
from models.pool_forecasts import PoolSettings
from training.backtest import Backtest, run_backtest, task_for
from training.cold_start import cold_start
from training.fit import fit_forecaster
from training.short_histories import age_of, births

TEAMS = ("ads", "search", "fraud")
DAYS = 120


def level_and_weekly() -> Panel:
    """Two models in three teams: of one all series are flat and noisy, of the other a strong week.

    The last team's series are as young as each test makes them.
    """
    rng = np.random.default_rng(4)
    flat = 100 + rng.normal(0, 20, (3, DAYS))
    week = np.resize([1.0, 1.0, 1.0, 1.0, 1.0, 0.1, 0.05], DAYS) * 100
    value = np.concatenate([flat, week + rng.normal(0, 1, (3, DAYS))]).clip(0.0)
    keys = [SeriesKey.of(team=team, model=model) for model in ("flat", "week") for team in TEAMS]
    return panel_of(value, keys)


def panel_of(value: NDArray[np.float64], keys: list[SeriesKey]) -> Panel:
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(keys),
        periods=np.datetime64("2026-01-01") + np.arange(value.shape[1]),
        value=value,
        observed=np.isfinite(value),
        completeness=np.full(value.shape, np.nan),
        known_at=np.datetime64("2026-10-20T06:00"),
    )


def born(panel: Panel, age: int) -> Panel:
    """The panel with nothing in the last team before its last `age` days."""
    value = panel.value.copy()
    value[[2, 5], : DAYS - age] = 0.0
    return replace(panel, value=value)


def backtest_of(panel: Panel) -> Backtest:
    return run_backtest(panel, task_for(panel, horizon=28, season=7))


def test_ages_are_days_since_the_first_amount() -> None:
    value = np.array([[0.0, np.nan, 0.0, 5.0, 0.0], [np.nan] * 5, [0.0] * 5, [1.0, 0, 0, 0, 0]])
    assert age_of(value).tolist() == [2, 0, 0, 5]


def test_grown_series_and_those_not_begun_are_left_alone() -> None:
    given = cold_start(born(level_and_weekly(), 0), backtest_of(born(level_and_weekly(), 0)))
    assert np.isnan(given.prior).all()
    assert np.isnan(given.burstiness).all()


@pytest.mark.parametrize("age", [1, 3, 6])
def test_within_the_first_week_the_forecast_is_the_mean(age: int) -> None:
    panel = born(level_and_weekly(), age)
    version = fit_forecaster(panel, horizon=28, season=7)
    mean = panel.value[[2, 5], DAYS - age :].mean(axis=1)
    np.testing.assert_allclose(version.mean[[2, 5]], np.repeat(mean[:, None], 28, axis=1))
    assert version.weights[2, version.members.index("window_average")] == pytest.approx(1.0)
    assert version.insufficient[[2, 5]].all()


def test_a_young_series_trusts_the_members_that_its_siblings_trust() -> None:
    panel = born(level_and_weekly(), 14)
    version = fit_forecaster(panel, horizon=28, season=7)
    seasonal = ["seasonal_naive", "seasonal_average", "seasonal_median", "profile_level"]
    columns = [version.members.index(name) for name in seasonal]
    assert version.weights[5, columns].sum() > 1.5 * version.weights[2, columns].sum()
    weekend = (DAYS + np.arange(28)) % 7 >= 5
    assert version.mean[5, weekend].mean() < 0.2 * version.mean[5, ~weekend].mean()
    assert version.mean[2, weekend].mean() > 0.8 * version.mean[2, ~weekend].mean()


def test_the_prior_is_the_mean_over_siblings_cut_to_the_same_length() -> None:
    panel = born(level_and_weekly(), 9)
    backtest = backtest_of(panel)
    given = cold_start(panel, backtest)
    grown = [0, 1, 3, 4]
    cut = panel.take(np.array(grown))
    settings = replace(backtest.task.settings, history_cap=9)
    short = run_backtest(cut, replace(backtest.task, settings=settings))
    logs, _ = log_errors(member_errors(short.forecasts, short.actual)[0])
    ads_flat, search_flat, ads_week, search_week = logs
    everyone = logs.mean(axis=0)
    np.testing.assert_allclose(given.prior[2], (ads_flat + search_flat + everyone) / 3)
    np.testing.assert_allclose(given.prior[5], (ads_week + search_week + everyone) / 3)
    assert np.isnan(given.prior[grown]).all()


def test_what_the_siblings_do_later_changes_nothing() -> None:
    panel = born(level_and_weekly(), 9)
    backtest = backtest_of(panel)
    longer = replace(
        backtest,
        task=replace(backtest.task, origins=backtest.task.origins[1:]),
        forecasts=backtest.forecasts[:, 1:],
        actual=backtest.actual[:, 1:],
    )
    first = cold_start(panel, longer)
    value = panel.value.copy()
    value[:, longer.task.origins[0] + 28 :] = 7.0
    second = cold_start(replace(panel, value=value), longer)
    np.testing.assert_array_equal(first.prior[[2, 5]], second.prior[[2, 5]])


def test_a_panel_of_nothing_but_young_series_has_no_siblings_to_learn_from() -> None:
    panel = level_and_weekly()
    short = panel.since(panel.periods[-12])
    assert np.isnan(cold_start(short, backtest_of(short)).prior).all()


def test_the_workers_do_not_matter() -> None:
    panel = born(level_and_weekly(), 9)
    backtest = backtest_of(panel)
    alone, together = (cold_start(panel, backtest, workers=workers) for workers in (1, 2))
    np.testing.assert_array_equal(alone.prior, together.prior)


def test_intervals_are_as_wide_as_forecasts_from_so_few_days_err() -> None:
    """Of the flat series one day tells little, three weeks tell what there is to know."""
    widths = []
    for age in (1, 21):
        version = fit_forecaster(born(level_and_weekly(), age), horizon=28, season=7)
        widths.append(version.scale[2, 0] / level_and_weekly().value[2, DAYS - age :].mean())
    assert widths[0] > 1.2 * widths[1]


def test_the_reach_is_that_of_siblings_known_as_long() -> None:
    panel = born(level_and_weekly(), 3)
    backtest = backtest_of(panel)
    ratios = []
    for row in (0, 1, 3, 4):
        for origin in backtest.task.origins:
            known, after = panel.value[row, origin - 3 : origin], panel.value[row, origin:][:28]
            size = 0.5 * np.abs(known).mean() + 0.5 * np.abs(np.diff(known)).mean()
            ratios.extend(np.abs(after - known.mean()) / size)
    given = cold_start(panel, backtest).reach
    np.testing.assert_allclose(given[[2, 5]], np.quantile(ratios, 0.8))
    assert np.isnan(given[[0, 1, 3, 4]]).all()


def launches(age: int) -> Panel:
    """The panel with six more series that ramped up one after another, and one `age` days old."""
    panel = level_and_weekly()
    ramp = np.minimum(np.arange(DAYS) / 20, 2.0) * 50 + 5
    starts = [30, 36, 44, 52, 58, 64, DAYS - age]
    value = [np.concatenate([np.zeros(start), ramp[: DAYS - start]]) for start in starts]
    keys = [SeriesKey.of(team=f"t{start}", model="new") for start in starts]
    return panel_of(np.concatenate([panel.value, np.array(value)]), [*panel.keys, *keys])


def test_births_are_forecast_from_their_first_days() -> None:
    panel = launches(14)
    value = panel.value.copy()
    value[6, 3:30] = np.nan  # not observed before: nobody knows whether it began there
    panel = replace(panel, value=value, observed=np.isfinite(value))
    settings = PoolSettings(default_names(), 7, repair_shifts=False)
    asked = task_for(panel, horizon=28, season=7, settings=settings)
    born = births(panel, run_backtest(panel, asked), 14)
    assert born.rows.tolist() == [7, 8, 9, 10, 11]
    drift = born.forecasts[0, 0, born.members.index("drift")]
    first, last = panel.value[7, 36], panel.value[7, 49]
    np.testing.assert_allclose(drift[:20], last + (last - first) / 13 * np.arange(1, 21))
    np.testing.assert_array_equal(born.actual[0, 0], panel.value[7, 50:78])
    assert np.isfinite(born.actual).all()


def test_a_launch_is_expected_to_go_on_as_earlier_ones_did() -> None:
    panel = launches(14)
    version = fit_forecaster(panel, horizon=28, season=7)
    settled = 105.0  # where every earlier launch came to rest
    assert version.mean[-1, -7:].mean() > 0.7 * settled
    alone = replace(panel, value=np.where(np.arange(13)[:, None] < 6, panel.value, 0.0))
    value = alone.value.copy()
    value[-1] = panel.value[-1]
    nobody = fit_forecaster(replace(alone, value=value), horizon=28, season=7)
    assert nobody.mean[-1, -7:].mean() < 0.8 * version.mean[-1, -7:].mean()


def test_what_happens_after_the_end_teaches_nothing() -> None:
    """Births that count are over before the panel ends: a longer panel cut off says the same."""
    panel = launches(40)
    before = panel.until(panel.periods[DAYS - 26])
    once = cold_start(before, backtest_of(before)).prior
    value = panel.value.copy()
    value[:, DAYS - 26 :] = 777.0
    cut = replace(panel, value=value).until(panel.periods[DAYS - 26])
    np.testing.assert_array_equal(cold_start(cut, backtest_of(cut)).prior, once)
    assert np.isfinite(once[-1]).all()
