"""A challenger is taken where its past says so, and judged at an origin without that origin."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.contest import contest

_Array = NDArray[np.float64]


def _ratios(champion: _Array, challenger: _Array, actual: _Array) -> _Array:
    """[N] mean absolute errors of one over the other, the slow obvious way."""
    sums = np.zeros((len(actual), 2))
    for row in range(len(actual)):
        for k in range(actual.shape[1]):
            for place, said in enumerate((champion, challenger)):
                sums[row, place] += np.abs(said[row, k] - actual[row, k]).mean()
    return sums[:, 1] / sums[:, 0]


def _case(seed: int, n: int = 6, k: int = 4) -> tuple[_Array, _Array, _Array, _Array]:
    rng = np.random.default_rng(seed)
    actual = rng.lognormal(2, 0.5, (n, k, 5))
    champion, challenger = (actual * rng.lognormal(0, 0.3, actual.shape) for _ in range(2))
    return champion, challenger, actual, np.zeros(n)


@given(st.integers(0, 10**6))
def test_it_is_the_shrunken_ratio_of_errors(seed: int) -> None:
    case = _case(seed)
    logs = np.log(_ratios(*case[:3]))
    assert np.array_equal(contest(*case).now, (4 * logs + 4 * logs.mean()) / 8 <= 0)
    assert np.array_equal(contest(*case, alone=True, margin=0.02).now, 4 * logs / 8 <= -0.02)


def test_the_choice_at_an_origin_does_not_see_it() -> None:
    champion, challenger, actual, calm = _case(1)
    before = contest(champion, challenger, actual, calm).left_out
    for k in range(actual.shape[1]):
        changed = actual.copy()
        changed[:, k] *= 100
        after = contest(champion, challenger, changed, calm).left_out
        assert np.array_equal(after[:, k], before[:, k])


def test_without_anything_in_common_the_champion_stays() -> None:
    champion, _, actual, calm = _case(2)
    for lost in (np.full_like(actual, np.nan), actual[:, :0]):
        k = lost.shape[1]
        told = contest(champion[:, :k], lost, actual[:, :k], calm)
        assert not told.now.any()
        assert told.left_out.shape == (len(actual), k)
        assert not told.left_out.any()
