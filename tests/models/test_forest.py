"""The compiled forest against slow, obvious code, and against an ordinary forest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from models.forest import grow_forest, stack_forests
from models.forest_arrays import LEAF, PackedForests, forest_scores, normal_path
from models.forest_scoring import compiled_scores, scores_of_each

Rows = NDArray[np.float64]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return np.abs(np.random.default_rng(0).normal(size=(180, 5)))


def _slow_scores(forests: PackedForests, forest: int, rows: Rows) -> list[float]:
    scores = []
    for row in rows:
        paths = []
        for tree in range(forests.feature.shape[1]):
            node = 0
            while forests.feature[forest, tree, node] != LEAF:
                value = row[forests.feature[forest, tree, node]]
                if value > forests.upper[forest, tree, node]:
                    break
                left = int(forests.child[forest, tree, node])
                node = left if value < forests.split[forest, tree, node] else left + 1
            paths.append(float(forests.path[forest, tree, node]))
        scores.append(2 ** (-sum(paths) / len(paths) / normal_path(int(forests.rows[forest]))))
    return scores


def test_three_ways_of_scoring_agree(rows: Rows) -> None:
    forests = stack_forests([grow_forest(rows, seed=1), grow_forest(rows[:40], seed=2)])
    asked = np.vstack([rows, 4 * rows, 100 * rows, 0 * rows])
    for forest in (0, 1):
        numpy_only = forest_scores(forests, forest, asked)
        np.testing.assert_allclose(numpy_only, compiled_scores(forests, forest, asked), rtol=1e-12)
        np.testing.assert_allclose(numpy_only, _slow_scores(forests, forest, asked), rtol=1e-12)
        assert ((numpy_only > 0) & (numpy_only <= 1)).all()


def test_a_tree_splits_its_rows_and_knows_its_range(rows: Rows) -> None:
    forest = grow_forest(rows, seed=3, trees=4, rows_per_tree=180)
    for tree in range(4):
        inside = {0: np.arange(len(rows))}
        for node in range(forest.feature.shape[2]):
            if node not in inside or forest.feature[0, tree, node] == LEAF:
                continue
            here = rows[inside[node], forest.feature[0, tree, node]]
            left = int(forest.child[0, tree, node])
            goes_left = here < forest.split[0, tree, node]
            inside[left], inside[left + 1] = inside[node][goes_left], inside[node][~goes_left]
            assert len(inside[left]) and len(inside[left + 1])
            margin = (forest.upper[0, tree, node] - here.max()) / np.ptp(here)
            assert 0.099 < margin < 3.001
        assert sum(forest.feature[0, tree, node] == LEAF for node in inside) > 20


def test_beyond_the_range_it_still_orders_where_an_ordinary_forest_ties(rows: Rows) -> None:
    asked = np.median(rows, axis=0) * np.array([[1.0], [3.0], [10.0], [30.0]])
    ours = compiled_scores(grow_forest(rows, seed=1), 0, asked)
    ordinary = -IsolationForest(random_state=1).fit(rows).score_samples(asked)
    assert ordinary[2] == ordinary[3]
    assert ours[0] < 0.5 < ours[1] < 0.95 < ours[2] < ours[3]


def test_equal_seeds_give_equal_forests_and_others_do_not(rows: Rows) -> None:
    one, same, other = (grow_forest(rows, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(one.split, same.split)
    assert not np.array_equal(one.split, other.split)


@given(
    count=st.integers(0, 12),
    features=st.integers(1, 3),
    levels=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_few_or_equal_rows_never_fail(count: int, features: int, levels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, levels, (count, features)).astype(np.float64)
    forest = grow_forest(rows, seed=seed)
    asked = rng.normal(size=(5, features))
    scores = forest_scores(forest, 0, asked)
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores, compiled_scores(forest, 0, asked), rtol=1e-12)


def test_rows_must_be_finite_and_few_enough_features() -> None:
    with pytest.raises(ValueError, match="finite"):
        grow_forest(np.array([[1.0], [np.nan]]), seed=0)
    with pytest.raises(ValueError, match="127 features"):
        grow_forest(np.zeros((3, 128)), seed=0)


def test_a_night_at_once_is_each_series_alone(rows: Rows) -> None:
    forests = stack_forests(
        [grow_forest(rows, seed=1), grow_forest(rows[:1], seed=2), grow_forest(rows[:40], seed=3)]
    )
    tonight = rows[:3] * np.array([[1.0], [2.0], [30.0]])
    alone = [compiled_scores(forests, f, tonight[f : f + 1])[0] for f in range(3)]
    np.testing.assert_allclose(scores_of_each(forests, tonight), alone, rtol=1e-12)
    with pytest.raises(ValueError, match="one each"):
        scores_of_each(forests, tonight[:2])
