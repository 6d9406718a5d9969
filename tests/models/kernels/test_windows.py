import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from statsforecast.models import TSB, SeasonalNaive, SeasonalWindowAverage

from models.kernels.drift import drift
from models.kernels.flat_windows import flat_mean, flat_median
from models.kernels.intermittent import intermittent
from models.kernels.median import median_of
from models.kernels.phase_windows import phase_mean, phase_median
from models.kernels.seasons import fitted_season, flat_window, longest_season, whole_season


@settings(max_examples=200, deadline=None)
@given(values=arrays(np.float64, st.integers(1, 40), elements=st.floats(-1e6, 1e6)))
def test_the_median_is_numpys(values: NDArray[np.float64]) -> None:
    expected = np.median(values)
    assert median_of(values.copy()) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("n", [7, 15, 40])
def test_windows_equal_numpy_and_statsforecast(n: int) -> None:
    y, out = np.random.default_rng(n).lognormal(2, 1, n), np.empty(16)
    assert flat_mean(y, 9, out)
    np.testing.assert_allclose(out, y[-9:].mean())
    assert flat_median(y, 9, out)
    np.testing.assert_allclose(out, np.median(y[-9:]))
    assert phase_mean(y, 7, 1, out)
    np.testing.assert_array_equal(out, SeasonalNaive(7).forecast(y=y, h=16)["mean"])
    seasons = min(3, n // 7)
    assert phase_mean(y, 7, 3, out)
    library = SeasonalWindowAverage(season_length=7, window_size=seasons)
    np.testing.assert_allclose(out, library.forecast(y=y, h=16)["mean"])
    assert phase_median(y, 7, 3, out)
    latest = y[n - 7 * seasons :].reshape(seasons, 7)
    np.testing.assert_allclose(out, np.resize(np.median(latest, axis=0), 16))


def test_less_than_a_season_has_no_phases() -> None:
    assert not phase_mean(np.ones(6), 7, 1, np.empty(2))
    assert not phase_median(np.ones(6), 7, 1, np.empty(2))


def test_drift_goes_on_as_over_the_last_52_steps() -> None:
    y = np.concatenate([np.zeros(50), np.arange(53.0)])
    out = np.empty(3)
    assert drift(y, out)
    np.testing.assert_allclose(out, [53, 54, 55])


@settings(max_examples=50, deadline=None)
@given(y=arrays(np.float64, st.integers(2, 40), elements=st.sampled_from([0.0, 0.0, 1.0, 7.5])))
def test_intermittent_demand_is_statsforecasts(y: NDArray[np.float64]) -> None:
    out = np.empty(2)
    assert intermittent(y, out)
    expected = TSB(alpha_d=0.1, alpha_p=0.1).forecast(y=y, h=2)["mean"]
    np.testing.assert_allclose(out, expected, rtol=1e-9)
    assert not intermittent(y - 1.0, out) or y.min() >= 1.0


def test_seasons_need_history() -> None:
    assert [whole_season(n, 7) for n in (6, 7)] == [1, 7]
    assert [fitted_season(n, 7) for n in (15, 16)] == [1, 7]
    assert [longest_season(n, 24, 168) for n in (23, 24, 168)] == [1, 24, 168]
    assert longest_season(99, 7, 1) == 7
    assert [flat_window(season) for season in (1, 7)] == [4, 7]
