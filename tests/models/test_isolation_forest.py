"""The estimator keeps scikit-learn's contract."""

import warnings

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import check_estimator

from models.forest import grow_forest
from models.forest_scoring import compiled_scores
from models.isolation_forest import RangeAwareIsolationForest


def test_it_passes_the_checks_of_scikit_learn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # checks that are skipped say so by a warning
        check_estimator(RangeAwareIsolationForest(n_estimators=10, max_samples=32))


def test_it_scores_as_the_forest_under_it_with_scikit_learns_sign() -> None:
    rows = np.abs(np.random.default_rng(0).normal(size=(100, 3)))
    estimator = RangeAwareIsolationForest(random_state=5, contamination=0.1).fit(rows)
    seed = int(np.random.RandomState(5).randint(np.iinfo(np.int32).max))
    below = compiled_scores(grow_forest(rows, seed=seed), 0, rows)
    np.testing.assert_array_equal(estimator.score_samples(rows), -below)
    assert (estimator.predict(rows) == -1).sum() == 10


def test_planted_outliers_rank_first() -> None:
    rng = np.random.default_rng(1)
    rows = np.abs(rng.normal(size=(300, 4)))
    outlier = np.arange(300) < 6
    rows[outlier] += 6
    scores = RangeAwareIsolationForest(random_state=0).fit(rows).score_samples(rows)
    assert roc_auc_score(outlier, -scores) > 0.99
