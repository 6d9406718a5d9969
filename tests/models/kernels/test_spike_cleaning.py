import numpy as np
import pytest
from numpy.typing import NDArray

from models.kernels.spike_cleaning import clean_spikes


def weekly(n: int = 90) -> NDArray[np.float64]:
    week = np.resize([1.0, 1.05, 1.1, 1.05, 1.0, 0.7, 0.6], n)
    return np.array(100 * week * np.random.default_rng(0).lognormal(0, 0.05, n))


@pytest.mark.parametrize("run", [1, 2])
def test_short_runs_become_what_is_usual_at_their_phase(run: int) -> None:
    y = weekly()
    wild = y.copy()
    wild[50 : 50 + run] *= 12
    cleaned = clean_spikes(wild, 7)
    np.testing.assert_allclose(cleaned[50 : 50 + run], y[50 : 50 + run], rtol=0.2)
    np.testing.assert_array_equal(np.delete(cleaned, [50, 51]), np.delete(y, [50, 51]))
    near = wild[50 % 7 :: 7][(50 // 7) - 3 : (50 // 7) + 4]
    assert cleaned[50] == pytest.approx(np.median(near))


def test_long_runs_and_sparse_series_are_left_alone() -> None:
    long, sparse = weekly(), weekly()
    long[50:53] *= 12
    sparse[::3] = 0.0
    sparse[50] *= 50
    for y in (weekly(), long, sparse, np.zeros(20), np.ones(1)):
        np.testing.assert_array_equal(clean_spikes(y, 7), y)


def test_the_end_may_hold_a_spike() -> None:
    y = weekly()
    y[-1] *= 12
    assert clean_spikes(y, 7)[-1] < 200
