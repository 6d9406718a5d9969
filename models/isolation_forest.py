"""The range-aware isolation forest as a scikit-learn estimator."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from models.forest import ROWS_PER_TREE, TREES, grow_forest
from models.forest_scoring import compiled_scores

__all__ = ["RangeAwareIsolationForest"]


class RangeAwareIsolationForest(OutlierMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Isolation forest that also tells 3 times from 30 times the largest value it was fitted on.

    The signs are scikit-learn's: the lower, the more abnormal. Only large values are guarded.

    Parameters
    ----------
    n_estimators
        Trees.
    max_samples
        Rows per tree, all where there are fewer.
    contamination
        Share of the training rows that `predict` calls outliers; it only moves the threshold.
    random_state
        Seed.

    Examples
    --------
    >>> rows = np.abs(np.random.default_rng(0).normal(size=(200, 2)))
    >>> forest = RangeAwareIsolationForest(random_state=0).fit(rows)
    >>> low, high = -forest.score_samples([[12.0, 12.0], [1.0, 0.5]])
    >>> bool(low > 0.9 > 0.6 > high)
    True
    """

    def __init__(
        self,
        *,
        n_estimators: int = TREES,
        max_samples: int = ROWS_PER_TREE,
        contamination: float = 0.01,
        random_state: int | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.contamination = contamination
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: ARG002, N803 (scikit-learn's names)
        """Grow the forest on rows [R, D]."""
        rows = validate_data(self, X, dtype=np.float64)
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        self.forest_ = grow_forest(
            rows, seed=seed, trees=self.n_estimators, rows_per_tree=self.max_samples
        )
        self.offset_ = float(
            np.quantile(-compiled_scores(self.forest_, 0, rows), self.contamination)
        )
        return self

    def score_samples(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Opposite of the anomaly score, [R] in [-1, 0)."""
        check_is_fitted(self)
        return -compiled_scores(
            self.forest_, 0, validate_data(self, X, dtype=np.float64, reset=False)
        )

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Score less its threshold: negative = outlier, [R]."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:  # noqa: N803
        """-1 for outliers, 1 for the others, [R]."""
        return np.where(self.decision_function(X) < 0, -1, 1)
