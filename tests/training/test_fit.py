import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.forecaster_version import ForecasterVersion, load_forecaster, save_forecaster
from models.paths import paths, sum_quantiles
from training.backtest import run_backtest, task_for
from training.fit import LEVELS, PATHS, fit_forecaster


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


def spend(n: int, periods: int, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    week = np.resize([1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.4], periods)
    level = np.exp(rng.normal(0, 0.02, (n, periods)).cumsum(axis=1) + rng.normal(4, 1, (n, 1)))
    return np.array(level * week * rng.lognormal(0, 0.1, (n, periods)))


@pytest.fixture(scope="module")
def awkward() -> NDArray[np.float64]:
    """Twelve series of 150 days: seven usual ones and every kind that makes trouble."""
    value = spend(12, 150)
    value[7, :140] = 0.0  # ten days old
    value[8] = np.nan  # never observed
    value[9, 70:] = 0.0  # fell silent
    value[10] = 5.0  # constant
    value[11] *= -1.0  # credits
    value[0, [30, 31, 100]] = np.nan
    return value


@pytest.fixture(scope="module")
def version(awkward: NDArray[np.float64]) -> ForecasterVersion:
    return fit_forecaster(panel_of(awkward), horizon=28, season=7, seed=3)


def test_a_version_says_what_it_is_of(
    version: ForecasterVersion, awkward: NDArray[np.float64]
) -> None:
    panel = panel_of(awkward)
    assert version.unique_ids == panel.unique_ids
    assert version.first_day == np.datetime64("2026-01-01") + 150
    assert version.panel_fingerprint == panel.fingerprint
    assert version.horizon == 28
    assert version.draw.shape == (PATHS, 12)
    assert version.levels.tolist() == list(LEVELS)
    np.testing.assert_allclose(version.weights.sum(axis=1), 1.0)


def test_everything_is_finite_ordered_and_honestly_flagged(version: ForecasterVersion) -> None:
    assert np.isfinite(version.mean).all()
    assert np.isfinite(version.quantiles).all()
    assert (np.diff(version.quantiles, axis=2) >= 0).all()
    assert version.insufficient.tolist() == [False] * 7 + [True, True, False, False, False]
    assert version.ended.tolist() == [False] * 9 + [True, False, False]
    assert version.nonnegative.tolist() == [True] * 11 + [False]
    assert version.history_days[[0, 7, 8]].tolist() == [150, 10, 0]
    assert version.filled_share[0] == pytest.approx(3 / 150)
    assert (version.quantiles[:11] >= 0).all()
    assert (version.quantiles[[8, 9]] == 0).all()
    assert (version.mean[11] < 0).all()
    np.testing.assert_allclose(version.mean[10], 5.0)


def test_weekends_are_forecast_as_weekends(version: ForecasterVersion) -> None:
    phase = (150 + np.arange(28)) % 7
    weekend = version.mean[:7][:, phase >= 5].mean(axis=1)
    weekday = version.mean[:7][:, phase < 5].mean(axis=1)
    assert (weekend < 0.75 * weekday).all()


def test_the_metrics_are_complete_and_better_than_naive(version: ForecasterVersion) -> None:
    wanted = {"mase", "wape", "wape_sum", "bias", "coverage80", "coverage80_sum"}
    assert wanted | {"mase_naive", "wape_naive"} <= set(version.metrics)
    assert all(math.isfinite(version.metrics[name]) for name in wanted)
    assert version.metrics["mase"] < version.metrics["mase_naive"]
    assert version.metrics["wape"] < version.metrics["wape_naive"]
    assert version.metrics["coverage80"] == pytest.approx(0.8, abs=0.03)
    assert version.metrics["coverage80_sum"] >= 0.78


def test_the_table_has_a_row_per_series_and_null_for_unmeasured(
    version: ForecasterVersion,
) -> None:
    rows = version.per_series.to_pylist()
    assert [row["unique_id"] for row in rows] == list(version.unique_ids)
    assert rows[8]["mase"] is None
    assert rows[8]["n_origins"] == 0
    assert rows[0]["n_origins"] == 8
    np.testing.assert_allclose(rows[0]["weights"], version.weights[0])


def test_quantiles_are_those_of_the_paths(version: ForecasterVersion) -> None:
    whole = paths(version, np.arange(12))
    expected = np.moveaxis(np.quantile(whole, LEVELS, axis=0), 0, -1)
    np.testing.assert_allclose(version.quantiles, expected)


def test_equal_input_gives_an_equal_version_whatever_the_workers(
    version: ForecasterVersion, awkward: NDArray[np.float64], tmp_path: Path
) -> None:
    panel = panel_of(np.vstack([awkward, awkward[:4] * 2])[:, 90:])
    alone = fit_forecaster(panel, horizon=7, season=7, seed=3)
    together = fit_forecaster(panel, horizon=7, season=7, seed=3, workers=2)
    assert save_forecaster(alone, tmp_path / "a") == save_forecaster(together, tmp_path / "b")
    again = load_forecaster(tmp_path / "a")
    np.testing.assert_array_equal(again.quantiles, alone.quantiles)


def test_a_given_backtest_is_used(awkward: NDArray[np.float64]) -> None:
    panel = panel_of(awkward[:3])
    backtest = run_backtest(panel, task_for(panel, horizon=7, season=7))
    fresh = fit_forecaster(panel, horizon=7, season=7)
    reused = fit_forecaster(panel, horizon=7, season=7, backtest=backtest)
    np.testing.assert_array_equal(fresh.mean, reused.mean)
    assert fresh.metrics == reused.metrics
    with pytest.raises(ValueError, match="another panel or task"):
        fit_forecaster(panel, horizon=14, season=7, backtest=backtest)


@pytest.mark.parametrize("days", [1, 2, 5, 8, 10, 14, 30])
def test_a_panel_of_a_few_days_works(days: int) -> None:
    value = spend(10, days)
    value[0], value[1] = 0.0, np.nan
    version = fit_forecaster(panel_of(value), horizon=92, season=7)
    assert np.isfinite(version.quantiles).all()
    assert version.insufficient[2:].all() == (days < 28)
    level = value[2:].mean(axis=1)
    np.testing.assert_array_less(np.abs(version.mean[2:].mean(axis=1) - level), level)
    width = version.quantiles[2:, :, -1] - version.quantiles[2:, :, 0]
    assert (width > 0).all()


def test_no_period_is_refused() -> None:
    with pytest.raises(ValueError, match="0 periods"):
        fit_forecaster(panel_of(np.empty((2, 0))), horizon=7, season=7)


def test_intervals_hold_out_of_sample() -> None:
    value = spend(30, 300, seed=5)
    version = fit_forecaster(panel_of(value[:, :272]), horizon=28, season=7)
    truth = value[:, 272:]
    low, high = (version.quantiles[:, :, LEVELS.index(level)] for level in (0.1, 0.9))
    assert 0.7 <= ((truth >= low) & (truth <= high)).mean() <= 0.9
    held = [
        np.greater_equal(total, band[0]) and np.less_equal(total, band[1])
        for row, total in enumerate(truth.sum(axis=1))
        for band in [sum_quantiles(version, np.array([row]), np.array([0.1, 0.9]))]
    ]
    assert 0.6 <= np.mean(held) <= 0.97


@pytest.mark.datasets
def test_a_real_bill_is_forecast_better_than_by_last_week(datasets: Path) -> None:
    """28 days ahead per project x service of the myBinder bill."""
    bill = pd.read_parquet(datasets / "mybinder_bill_sku_daily.parquet")
    daily = bill.groupby(["project", "service", "ds"])["y"].sum().unstack("ds")
    daily = daily.reindex(columns=pd.date_range(daily.columns.min(), daily.columns.max()))
    version = fit_forecaster(
        panel_of(daily.fillna(0.0).to_numpy(dtype=np.float64)), horizon=28, season=7
    )
    assert version.metrics["mase"] < 0.8 * version.metrics["mase_naive"]
    assert version.metrics["wape"] < version.metrics["wape_naive"]
    assert version.metrics["coverage80"] == pytest.approx(0.8, abs=0.05)
