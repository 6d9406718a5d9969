"""The false discovery rate of a night: slow obvious oracles, and one spike among ten thousand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from models.false_discovery import Dependence, discoveries, q_values
from models.significance import p_values, pool

Values = NDArray[np.float64]


def _found_slowly(p: Values, rate: float, dependence: Dependence) -> set[int]:
    """The step-up procedure as its authors write it: the largest k with p_(k) <= k r / (m c)."""
    tested = sorted((float(value), place) for place, value in enumerate(p) if np.isfinite(value))
    m = len(tested)
    dearer = sum(1 / k for k in range(1, m + 1)) if dependence == "any" else 1.0
    last = max(
        (k for k in range(1, m + 1) if tested[k - 1][0] <= k * rate / (m * dearer)), default=0
    )
    return {place for value, place in tested if last and value <= tested[last - 1][0]}


_P = arrays.arrays(
    np.float64, st.integers(1, 25), elements=st.one_of(st.floats(1e-6, 1.0), st.just(np.nan))
)


@given(_P, st.sampled_from([0.013, 0.107, 0.31]), st.sampled_from(["positive", "any"]))
def test_discoveries_are_those_of_the_step_up_procedure(
    p: Values, rate: float, dependence: Dependence
) -> None:
    found = set(np.flatnonzero(discoveries(p, rate=rate, dependence=dependence)).tolist())
    assert found == _found_slowly(p, rate, dependence)


@given(_P)
def test_q_is_at_least_p_and_keeps_its_order(p: Values) -> None:
    q = q_values(p)
    tested = np.isfinite(p)
    assert np.array_equal(np.isfinite(q), tested)
    assert (q[tested] >= p[tested] - 1e-12).all()
    assert (np.diff(q[tested][np.argsort(p[tested])]) >= 0).all()
    assert (q_values(p, dependence="any")[tested] >= q[tested]).all()


def test_every_column_is_a_night_of_its_own() -> None:
    p = np.random.default_rng(0).random((50, 4)) ** 3
    p[7, 2] = np.nan
    nights = q_values(p)
    for night in range(4):
        np.testing.assert_array_equal(nights[:, night], q_values(p[:, night]))


def _quiet(seed: int, days: int, series: int = 10_000) -> Values:
    """Strangeness of quiet series, each on a scale a little its own."""
    rng = np.random.default_rng(seed)
    return np.asarray(
        np.abs(rng.normal(size=(series, days))) * np.exp(rng.normal(0, 0.1, (series, 1)))
    )


@pytest.mark.parametrize("dependence", ["positive", "any"])
def test_a_lone_spike_among_ten_thousand_series_is_found(dependence: Dependence) -> None:
    scores = _quiet(1, 121)  # 1.2 million ranks: "any" needs p below 1 / 980,000
    known = pool(scores[:, :-1])
    tonight = scores[:, -1].copy()
    tonight[4321] = 9.0
    found = discoveries(p_values(known, tonight), rate=0.1, dependence=dependence)
    assert found[4321]
    assert found.sum() <= 2
    # what a plain level of 1 % would have reported of the same night
    assert (p_values(known, tonight) <= 0.01).sum() > 50


def test_quiet_nights_stay_quiet() -> None:
    """Under the null any discovery is a false one: at most a share of `rate` of nights has one."""
    scores = _quiet(2, 130)
    known = pool(scores[:, :30])
    nights = discoveries(p_values(known, scores[:, 30:]), rate=0.1).any(axis=0)
    assert nights.mean() <= 0.2  # 100 nights at 0.1: 0.2 is three standard errors above


def test_ranks_of_one_series_alone_could_not_find_it() -> None:
    """Why the ranks are pooled: 60 own days resolve p = 1/61, and 10,000 tests need 1e-5."""
    own = np.full(10_000, 0.5)
    own[17] = 1 / 61
    assert not discoveries(own, rate=0.1).any()


@pytest.mark.parametrize("rate", [0.0, -0.1, 1.5])
def test_a_rate_is_a_share(rate: float) -> None:
    with pytest.raises(ValueError, match="false discovery rate"):
        discoveries(np.array([0.5]), rate=rate)


def test_a_night_without_tests_finds_nothing() -> None:
    nothing = np.full((3, 2), np.nan)
    assert np.isnan(q_values(nothing, dependence="any")).all()
    assert not discoveries(nothing, rate=0.1).any()
    assert q_values(np.empty(0)).shape == (0,)
