"""scikit-learn's forest, packed: the same scores as the library's own."""

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from models.detectors.library_forest import grow_library_forest
from models.forest import grow_forest, stack_forests
from models.forest_arrays import forest_scores
from models.forest_scoring import compiled_scores


@pytest.mark.parametrize("count", [2, 3, 40, 64, 500])
def test_scores_are_the_librarys(count: int) -> None:
    rng = np.random.default_rng(count)
    rows = np.abs(rng.normal(size=(count, 5))).astype(np.float32).astype(np.float64)
    rows[: count // 3] = rows[0].round(1)  # ties and repeated rows
    asked = np.vstack([rows, 10 * rows[:5], np.zeros((1, 5))]).astype(np.float32).astype(np.float64)
    packed = grow_library_forest(rows, seed=7, trees=12, rows_per_tree=64)
    library = IsolationForest(n_estimators=12, max_samples=min(count, 64), random_state=7).fit(rows)
    np.testing.assert_allclose(
        forest_scores(packed, 0, asked), -library.score_samples(asked), rtol=1e-5
    )
    np.testing.assert_allclose(compiled_scores(packed, 0, asked), forest_scores(packed, 0, asked))


def test_it_saturates_where_the_range_aware_forest_does_not() -> None:
    """Why it is a baseline only: 3 times and 30 times the range get the same score."""
    rows = np.abs(np.random.default_rng(0).normal(size=(200, 3)))
    asked = np.array([[1.0], [3.0], [30.0]]) * rows.max(axis=0)
    _, three, thirty = forest_scores(grow_library_forest(rows, seed=1), 0, asked)
    assert three == thirty
    _, three, thirty = forest_scores(grow_forest(rows, seed=1), 0, asked)
    assert three < thirty


@pytest.mark.parametrize("rows", [np.empty((0, 5)), np.ones((1, 5)), np.ones((30, 5))])
def test_rows_that_teach_nothing_give_one_score(rows: np.ndarray) -> None:
    forest = grow_library_forest(rows, seed=0)
    scores = forest_scores(forest, 0, np.vstack([np.zeros(5), np.full(5, 99.0)]))
    assert np.isfinite(scores).all()
    assert scores[0] == scores[1]


def test_it_stacks_with_the_others() -> None:
    rows = np.abs(np.random.default_rng(3).normal(size=(80, 5)))
    both = stack_forests([grow_library_forest(rows, seed=0), grow_forest(rows, seed=0)])
    assert len(both) == 2
