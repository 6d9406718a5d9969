"""The total of a panel from every level: right where all levels agree."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from training.backtest import Backtest, run_backtest, task_for
from training.totals import forecast_total, summed_panel


def panel(value: NDArray[np.float64]) -> Panel:
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=f"t{row}") for row in range(len(value))),
        periods=np.datetime64("2026-03-02") + np.arange(value.shape[1]),
        value=value,
        observed=np.isfinite(value),
        completeness=np.where(np.isfinite(value), 1.0, np.nan),
        known_at=np.datetime64("2026-06-01T00:00"),
    )


def backtest_of(given: Panel) -> Backtest:
    return run_backtest(given, task_for(given, horizon=14, season=7))


def weekly(series: int) -> NDArray[np.float64]:
    week = np.array([10.0, 11, 12, 11, 10, 4, 3])
    return np.asarray(np.tile(week, 12) * np.arange(1.0, series + 1)[:, None])


def test_all_levels_of_a_pure_week_agree() -> None:
    given = panel(weekly(4))
    said = forecast_total(given, backtest_of(given), backtest_of, groups=["a", "a", "b", "b"])
    wanted = np.tile(weekly(4)[:, :7].sum(axis=0), 2)
    assert said.groups is not None
    for level in (said.direct, said.points, said.groups, said.averaged):
        np.testing.assert_allclose(level, wanted, rtol=0.02)
    average = (said.direct + said.groups + (said.points + said.means) / 2) / 3
    np.testing.assert_allclose(said.averaged, average)


def test_without_groups_two_levels_are_averaged() -> None:
    given = panel(weekly(3))
    said = forecast_total(given, backtest_of(given), backtest_of)
    assert said.groups is None
    np.testing.assert_allclose(said.averaged, (said.direct + (said.points + said.means) / 2) / 2)


def test_a_missing_day_of_a_part_is_missing_in_its_group() -> None:
    value = weekly(3)
    value[0, 20] = np.nan
    summed = summed_panel(panel(value), ["a", "b", "b"])
    assert np.isnan(summed.value[0, 20])
    assert np.isnan(summed.completeness[0, 20])
    np.testing.assert_allclose(summed.value[1], value[1] + value[2])
    with pytest.raises(ValueError, match="one for each of 3"):
        summed_panel(panel(value), ["a"])
