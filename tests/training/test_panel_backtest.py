"""Panel members beside the others: same origins, weighed like them."""

import numpy as np
import pytest

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.panel_members import PanelMember, fit_ridge
from training.backtest import run_backtest, task_for
from training.fit import fit_forecaster
from training.panel_backtest import with_panel_members

MEMBERS = (PanelMember("panel_ridge", logs=False, fit=fit_ridge),)


def panel(series: int) -> Panel:
    rng = np.random.default_rng(2)
    week = np.array([10.0, 11, 12, 11, 10, 4, 3])
    value = np.tile(week, 12) * rng.lognormal(0, 0.1, (series, 84))
    periods = np.datetime64("2026-03-02") + np.arange(84)
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=f"t{row:02}") for row in range(series)),
        periods=periods,
        value=value,
        observed=np.isfinite(value),
        completeness=np.ones_like(value),
        known_at=np.datetime64("2026-06-01T00:00"),
    )


def test_members_are_appended_and_a_version_is_fitted_with_them() -> None:
    given = panel(12)
    tested = run_backtest(given, task_for(given, horizon=14, season=7))
    more = with_panel_members(tested, given, MEMBERS)
    assert more.members == (*tested.members, "panel_ridge")
    np.testing.assert_array_equal(more.forecasts[:, :, :-1], tested.forecasts)
    assert np.isfinite(more.forecasts[:, :, -1]).all()
    version = fit_forecaster(given, horizon=14, season=7, backtest=more)
    assert version.members[-1] == "panel_ridge"
    assert version.weights[:, -1].max() > 0


def test_a_small_panel_stays_as_it_is() -> None:
    given = panel(9)
    tested = run_backtest(given, task_for(given, horizon=14, season=7))
    assert with_panel_members(tested, given, MEMBERS) is tested


def test_another_panel_and_a_taken_name_are_refused() -> None:
    given = panel(12)
    tested = run_backtest(given, task_for(given, horizon=14, season=7))
    with pytest.raises(ValueError, match="another panel"):
        with_panel_members(tested, panel(11), MEMBERS)
    once = with_panel_members(tested, given, MEMBERS)
    with pytest.raises(ValueError, match="panel_ridge already"):
        with_panel_members(once, given, MEMBERS)
