import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from models.gaps import ended, history_of
from models.kernels.history import filled_history, has_ended

DAYS = arrays(
    np.float64, st.integers(0, 40), elements=st.sampled_from([0.0, 0.0, np.nan, 1.0, 2.5])
)


@settings(max_examples=300, deadline=None)
@given(value=DAYS, season=st.sampled_from([1, 2, 7]), early=st.booleans())
def test_holes_are_filled_as_in_numpy(
    value: NDArray[np.float64], season: int, *, early: bool
) -> None:
    start, y = filled_history(value, season, early)
    expected = history_of(value, season, early_zeros=early)
    assert start == expected.start
    np.testing.assert_allclose(y, expected.y)


@settings(max_examples=300, deadline=None)
@given(value=DAYS, season=st.sampled_from([1, 2]), silence=st.integers(0, 12))
def test_silence_is_told_as_in_numpy(value: NDArray[np.float64], season: int, silence: int) -> None:
    whole = np.concatenate([value, np.zeros(silence)])
    assert has_ended(whole, season) == ended(whole, season)


def test_a_history_is_the_head_of_a_longer_one() -> None:
    value = np.random.default_rng(0).lognormal(size=60)
    value[[5, 12, 19, 40]] = np.nan
    _, whole = filled_history(value, 7, False)
    for stop in (6, 20, 41):
        np.testing.assert_array_equal(filled_history(value[:stop], 7, False)[1], whole[:stop])
