"""Members that learn from a panel: nothing of the future, the rules of the pool, known truths."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.panel_members import PanelMember, fit_ridge, panel_forecasts
from models.panel_scale import scaled_panel

WEEK = np.array([10.0, 11, 12, 11, 10, 4, 3])
MEMBERS = (
    PanelMember("ridge", logs=False, fit=fit_ridge),
    PanelMember("log_ridge", logs=True, fit=fit_ridge),
)
ORIGINS = (140, 126, 112, 98, 84, 70)


def panel(days: int = 168) -> NDArray[np.float64]:
    rng = np.random.default_rng(5)
    size = rng.lognormal(2, 1.5, (12, 1))
    return np.asarray(np.tile(WEEK, days // 7) * size * rng.lognormal(0, 0.05, (12, days)))


def test_a_weekly_pattern_is_learned() -> None:
    value = panel()
    said = panel_forecasts(value, ORIGINS, 28, 7, MEMBERS)
    assert said.shape == (12, 7, 2, 28)
    truth = value[:, 140:168]
    for member in range(2):
        error = np.abs(said[:, 0, member] - truth).sum() / truth.sum()
        assert error < 0.08
    assert np.isfinite(said).all()


def test_an_origin_sees_nothing_from_its_column_on() -> None:
    value = panel()
    before = panel_forecasts(value, ORIGINS, 28, 7, MEMBERS)
    changed = value.copy()
    changed[:, 98:] = np.random.default_rng(1).lognormal(8, 2, (12, 70))
    after = panel_forecasts(changed, ORIGINS, 28, 7, MEMBERS)
    # the fit of the first four sees what lies before column 98, that of the others less
    np.testing.assert_array_equal(after[:, 3:6], before[:, 3:6])
    assert not np.allclose(after[:, 0], before[:, 0])


def test_units_do_not_matter() -> None:
    value = panel()
    cents = panel_forecasts(value * 100, ORIGINS[:1], 14, 7, MEMBERS)
    np.testing.assert_allclose(cents, 100 * panel_forecasts(value, ORIGINS[:1], 14, 7, MEMBERS))


def test_the_rules_of_the_pool_hold() -> None:
    value = panel()
    value[0] = 0.0  # never begun
    value[1, :136] = 0.0  # four days old at the first origin
    value[2, 60:] = 0.0  # fell silent
    value[3, 50:60] = np.nan  # not observed
    value[4] = 5.0  # constant
    value[5] -= 20.0  # negative: no logarithms
    said = panel_forecasts(value, ORIGINS, 28, 7, MEMBERS)
    assert np.isnan(said[0, :-1]).all()
    assert not said[0, -1].any()
    assert np.isnan(said[1, 0]).all()
    assert np.isfinite(said[1, -1]).all()
    assert not said[2, 0].any()
    assert np.isfinite(said[3:]).all()
    np.testing.assert_allclose(said[4], 5.0)
    assert (said[[3, 6, 7]] >= 0).all()


def test_too_few_rows_leave_the_forecast_at_its_base() -> None:
    value = np.array([[1.0, 2, 3, 4, 5, 6, 7, 8, 9]])
    np.testing.assert_allclose(panel_forecasts(value, (), 3, 7, MEMBERS[:1])[0, 0, 0, 0], 6.0)


def test_the_way_back_is_the_way_there_within_one_range() -> None:
    rng = np.random.default_rng(0)
    histories = (rng.lognormal(0, 1, 30), rng.normal(size=20), np.empty(0), np.full(9, 2.0))
    for logs in (False, True):
        scaled = scaled_panel(histories, logs=logs)
        back = scaled.back(scaled.z[:, -5:])
        for row in (0, 1, 3):
            np.testing.assert_allclose(back[row], histories[row][-5:], rtol=1e-6)
        assert not back[2].any()
        far = scaled.back(np.full((4, 1), 1e6))
        low, high = histories[1].min(), histories[1].max()
        assert far[1, 0] == pytest.approx(high + (high - low))
