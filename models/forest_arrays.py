"""Packed isolation forests and their scores, with numpy only: what serving imports.

`models.forest` grows the same arrays and scores them compiled; a test holds the scores equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAF", "PackedForests", "forest_scores", "normal_path"]

#: Feature number of a leaf.
LEAF = -1

# Euler-Mascheroni constant: the harmonic number H(n) is about ln n + 0.5772.
_EULER = 0.5772156649015329


@dataclass(frozen=True)
class PackedForests:
    """F forests of S trees with K node places each, as arrays.

    Parameters
    ----------
    feature
        [F, S, K] int8: feature a node splits on, -1 = leaf (or an unused place).
    split
        [F, S, K] float32: go left where the value is smaller.
    child
        [F, S, K] int16: place of the left child; the right one follows it.
    path
        [F, S, K] float32: path length of a row that ends here.
    upper
        [F, S, K] float32: a value above it is beyond the node's range, and the row ends here.
    rows
        [F] int32: rows drawn per tree (psi), which normalises the path length.
    """

    feature: NDArray[np.int8]
    split: NDArray[np.float32]
    child: NDArray[np.int16]
    path: NDArray[np.float32]
    upper: NDArray[np.float32]
    rows: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name in ("split", "child", "path", "upper"):
            if getattr(self, name).shape != self.feature.shape:
                raise ValueError(
                    f"{name} has shape {getattr(self, name).shape}, wanted {self.feature.shape}"
                )
        if self.rows.shape != self.feature.shape[:1]:
            raise ValueError(f"rows has shape {self.rows.shape}, wanted one per forest")

    def __len__(self) -> int:
        return len(self.feature)


def normal_path(rows: int) -> float:
    """Mean path length c(n) of an unsuccessful search among n rows.

    c(n) = 2 (ln(n-1) + 0.5772) - 2 (n-1)/n, c(2) = 1, c(n <= 1) = 0 (Liu, Ting and Zhou,
    "Isolation Forest", ICDM 2008, eq. 1).

    >>> normal_path(1), normal_path(2), round(normal_path(64), 3)
    (0.0, 1.0, 7.472)
    """
    if rows <= 1:
        return 0.0
    if rows == 2:
        return 1.0
    return float(2.0 * (np.log(rows - 1.0) + _EULER) - 2.0 * (rows - 1.0) / rows)


def forest_scores(
    forests: PackedForests, forest: int, rows: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Score of each row by one forest: 2^(-mean path / c(psi)), in (0, 1], higher = stranger.

    Parameters
    ----------
    forest
        Which of the F forests.
    rows
        [R, D] finite feature rows.

    Returns
    -------
    NDArray[np.float64]
        [R].
    """
    feature, split = forests.feature[forest], forests.split[forest]
    child, upper = forests.child[forest], forests.upper[forest]
    trees = np.arange(len(feature))[None, :]  # [1, S]
    numbers = np.arange(len(rows))[:, None]  # [R, 1]
    place = np.zeros((len(rows), len(feature)), np.intp)  # [R, S]
    while True:
        at = feature[trees, place]
        value = rows[numbers, np.maximum(at, 0)]
        walks = (at != LEAF) & (value <= upper[trees, place])
        if not walks.any():
            break
        further = child[trees, place] + (value >= split[trees, place])
        place = np.where(walks, further, place)
    path = forests.path[forest][trees, place].astype(np.float64).mean(axis=1)
    # a forest grown on a single row knows nothing: c(2) keeps its score finite
    scores: NDArray[np.float64] = 2.0 ** (-path / normal_path(max(int(forests.rows[forest]), 2)))
    return scores
