import numpy as np
import pytest
from numpy.typing import NDArray

from models.combine import central_mass, member_weights
from models.forecasters.pool import default_names, pool
from models.panel_forecast import forecast_panel
from models.pool_forecasts import PoolSettings
from models.recipe import Recipe


def spend(n: int, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    week = np.resize([1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.4], n)
    return np.array(week * 100 * np.exp(rng.normal(0, 0.03, n).cumsum()))


def test_without_a_prior_it_is_a_panel_of_one() -> None:
    y = spend(150)
    alone = forecast_panel(y[None], 14, 7).mean[0]
    np.testing.assert_array_equal(Recipe(7).forecast(y=y, h=14)["mean"], alone)


def test_where_no_origin_fits_the_prior_alone_decides() -> None:
    y = spend(9)
    settings = PoolSettings(default_names(), 7)
    prior = {"drift": -2.0, "seasonal_naive": -1.9, "window_average": 1.0}
    said = np.array([member.forecast(y=y, h=14)["mean"] for member in pool(7)])
    logs = np.array([[prior.get(name, 0.0) for name in settings.members]])
    long = np.array([member.long_window for member in pool(7)])
    weights = member_weights(np.full((1, 0, len(long)), np.nan), None, long, logs)
    assert weights[0, settings.members.index("drift")] == weights.max() > 0.4
    got = Recipe(7, prior=prior).forecast(y=y, h=14)["mean"]
    np.testing.assert_allclose(got, central_mass(said, weights[0]))


def test_a_prior_moves_the_weights_of_a_long_history_too() -> None:
    y = spend(150)
    usual = Recipe(7).forecast(y=y, h=14)["mean"]
    persuaded = Recipe(7, prior={"drift": -6.0}).forecast(y=y, h=14)["mean"]
    drift = next(member for member in pool(7) if member.name == "drift").forecast(y=y, h=14)["mean"]
    assert np.abs(persuaded - drift).mean() < 0.5 * np.abs(usual - drift).mean()


def test_a_copy_keeps_prior_and_settings() -> None:
    settings = PoolSettings(("drift", "seasonal_naive"), 7, history_cap=50)
    recipe = Recipe(7, prior={"drift": -1.0}, settings=settings)
    copy = recipe.new()
    assert (copy.prior, copy.settings) == (recipe.prior, settings)
    y = spend(120)
    np.testing.assert_array_equal(
        copy.fit(y).predict(h=5)["mean"], recipe.forecast(y=y, h=5)["mean"]
    )


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="got a prior of nobody"):
        Recipe(7, prior={"nobody": 0.0})
    with pytest.raises(ValueError, match="got settings of seasons"):
        Recipe(7, settings=PoolSettings(default_names(), 24))
