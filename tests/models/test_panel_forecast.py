import numpy as np
import pytest
from numpy.typing import NDArray

from models.combine import central_mass, member_weights
from models.forecasters.pool import default_names
from models.losses import burstiness_of, member_losses
from models.origins import rolling_origins
from models.panel_forecast import forecast_panel
from models.pool_forecasts import PoolSettings, pool_forecasts


def spend(n: int, periods: int = 120) -> NDArray[np.float64]:
    rng = np.random.default_rng(0)
    week = np.resize([1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.4], periods)
    return np.array(rng.lognormal(3, 1, (n, 1)) * week * rng.lognormal(0, 0.1, (n, periods)))


def test_it_is_members_weights_and_central_mass_of_the_whole_panel() -> None:
    value, names = spend(4), default_names()
    origins = rolling_origins(120, 14, 7)
    said = pool_forecasts(value, (*origins, 120), 14, PoolSettings(names, 7))
    padded = np.pad(value, ((0, 0), (0, 14)), constant_values=np.nan)
    actual = np.stack([padded[:, column : column + 14] for column in origins], axis=1)
    naive = said[:, :-1, names.index("seasonal_naive"), :7]
    bursts = burstiness_of(naive, actual[:, :, :7])
    long = np.array([name.startswith("long_") for name in names])
    weights = member_weights(member_losses(said[:, :-1], actual, bursts), bursts, long)
    forecast = forecast_panel(value, 14, 7)
    assert forecast.members == names
    np.testing.assert_allclose(forecast.weights, weights)
    np.testing.assert_allclose(forecast.mean, central_mass(said[:, -1], weights))


def test_threads_change_nothing() -> None:
    value = spend(250)
    alone, together = (forecast_panel(value, 7, 7, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(alone.mean, together.mean)
    np.testing.assert_array_equal(alone.weights, together.weights)


def test_no_series_few_days_and_silence() -> None:
    assert forecast_panel(np.empty((0, 50)), 7, 7).mean.shape == (0, 7)
    value = spend(3, 5)
    value[2] = np.nan
    mean = forecast_panel(value, 7, 7).mean
    np.testing.assert_allclose(mean[:2], np.repeat(value[:2].mean(axis=1)[:, None], 7, axis=1))
    np.testing.assert_array_equal(mean[2], 0.0)


@pytest.mark.parametrize(
    ("periods", "horizon", "names"), [(0, 7, None), (9, 0, None), (9, 7, ("drift",))]
)
def test_nonsense_is_refused(periods: int, horizon: int, names: tuple[str, ...] | None) -> None:
    with pytest.raises(ValueError, match="wanted at least 1, 1 and seasonal_naive"):
        forecast_panel(np.ones((2, periods)), horizon, PoolSettings(names or default_names(), 7))
