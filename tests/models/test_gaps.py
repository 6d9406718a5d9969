import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from models.gaps import ended, history_of

WEEK = np.array([10.0, 11.0, 12.0, 13.0, 14.0, 3.0, 2.0])


def test_a_hole_takes_its_weekday() -> None:
    value = np.tile(WEEK, 4)
    value[[15, 26, 27]] = np.nan
    history = history_of(value, 7)
    np.testing.assert_allclose(history.y, np.tile(WEEK, 4))
    assert history.filled_share == pytest.approx(3 / 28)


def test_what_came_before_the_first_amount_is_trimmed() -> None:
    value = np.concatenate([[np.nan, 0.0, np.nan, 0.0], WEEK])
    history = history_of(value, 7)
    assert history.start == 4
    np.testing.assert_array_equal(history.y, WEEK)


def test_observed_zeros_stay_zero() -> None:
    value = np.array([5.0, 0.0, 0.0, np.nan, 0.0])
    np.testing.assert_allclose(history_of(value, 2).y, [5.0, 0.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("value", [[], [0.0, 0.0], [np.nan, np.nan]])
def test_a_series_that_has_not_begun_has_no_history(value: list[float]) -> None:
    history = history_of(np.array(value), 7)
    assert len(history.y) == 0
    assert history.filled_share == 0.0
    assert not ended(np.array(value), 7)


@given(
    value=arrays(np.float64, 30, elements=st.sampled_from([0.0, 1.0, 5.0, np.nan])),
    cut=st.integers(1, 30),
)
def test_filling_never_looks_ahead(value: NDArray[np.float64], cut: int) -> None:
    whole, part = history_of(value, 7), history_of(value[:cut], 7)
    assert np.isfinite(whole.y).all()
    np.testing.assert_array_equal(part.y, whole.y[: len(part.y)])


def test_a_long_silence_ends_a_steady_series_only() -> None:
    steady = np.concatenate([np.tile(WEEK, 6), np.zeros(28)])
    assert ended(steady, 7)
    assert not ended(steady[:-1], 7)
    rare = np.zeros(100)
    rare[[0, 30, 70]] = 5.0
    assert not ended(rare, 7)
    unobserved = steady.copy()
    unobserved[-3] = np.nan
    assert not ended(unobserved, 7)
