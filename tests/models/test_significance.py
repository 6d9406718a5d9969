"""Pooled p-values against counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.significance import p_values, pool, surprise

numbers = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=40)


@given(numbers, numbers)
def test_p_counts_the_pooled_values_that_are_at_least_as_large(
    pooled: list[float], asked: list[float]
) -> None:
    p = p_values(pool(np.array(pooled)), np.array(asked))
    slow = [(1 + sum(other >= value for other in pooled)) / (len(pooled) + 1) for value in asked]
    np.testing.assert_allclose(p, slow)


def test_a_constant_pool_finds_its_value_ordinary() -> None:
    assert p_values(pool(np.zeros(500)), np.array([0.0])) == 1.0


def test_missing_is_neither_pooled_nor_ranked() -> None:
    known = pool(np.array([1.0, np.nan, 3.0]))
    assert known.total == 2
    p = p_values(known, np.array([np.nan, 2.0]))
    assert np.isnan(p[0])
    assert p[1] == pytest.approx(2 / 3)


def test_an_empty_pool_says_nothing() -> None:
    known = pool(np.array([np.nan]))
    assert np.isnan(p_values(known, np.array([1.0]))).all()
    assert np.isnan(surprise(known, np.array([1.0]))).all()


def test_a_large_pool_is_thinned_but_exact_where_alerts_are_decided() -> None:
    values = np.random.default_rng(0).exponential(size=300_000)
    known = pool(values)
    assert len(known.values) == 40_000
    tail = np.quantile(values, [0.95, 0.99, 0.9999])
    exact = (1 + (values[:, None] >= tail).sum(axis=0)) / (len(values) + 1)
    np.testing.assert_array_equal(p_values(known, tail), exact)
    body = np.quantile(values, [0.1, 0.5, 0.9])
    np.testing.assert_allclose(p_values(known, body), [0.9, 0.5, 0.1], rtol=1e-3)


def test_surprise_keeps_the_order_beyond_the_largest_pooled_value() -> None:
    known = pool(np.arange(1.0, 101.0))
    values = surprise(known, np.array([50.0, 100.0, 101.0, 300.0, 3000.0]))
    assert (np.diff(values) > 0).all()
    assert values[-1] - values[-2] == pytest.approx(np.log(10))
