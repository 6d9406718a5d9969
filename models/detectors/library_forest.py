"""scikit-learn's isolation forest in packed arrays: fitted by the library, scored without it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from models.forest import ROWS_PER_TREE, TREES
from models.forest_arrays import LEAF, PackedForests, normal_path

__all__ = ["grow_library_forest"]

#: `upper` of every place: this forest has no guard above its range.
_UNBOUNDED = np.float32(np.finfo(np.float32).max)


def grow_library_forest(
    rows: NDArray[np.float64], *, seed: int, trees: int = TREES, rows_per_tree: int = ROWS_PER_TREE
) -> PackedForests:
    """One ordinary isolation forest on these rows, in the arrays of `models.forest`.

    Its scores are those of `IsolationForest` (2^(-mean path / c(psi)), so -score_samples) on rows
    of float32, to the rounding of float32 paths.

    Parameters
    ----------
    rows
        [R, D] finite; of fewer than two rows nothing can be learned, and every later row gets the
        same score.
    seed, trees, rows_per_tree
        As in `models.forest.grow_forest`.
    """
    wanted = min(rows_per_tree, len(rows))
    packed = _empty(trees, 2 * rows_per_tree, wanted)
    if wanted < 2:
        return packed
    fitted = IsolationForest(n_estimators=trees, max_samples=wanted, random_state=seed).fit(rows)
    paths = np.array([normal_path(count) for count in range(wanted + 1)])
    for number, tree in enumerate(fitted.estimators_):
        _pack(tree.tree_, packed, number, paths)
    return packed


def _empty(trees: int, places: int, wanted: int) -> PackedForests:
    shape = (1, trees, places)
    return PackedForests(
        feature=np.full(shape, LEAF, np.int8),
        split=np.zeros(shape, np.float32),
        child=np.zeros(shape, np.int16),
        path=np.zeros(shape, np.float32),
        upper=np.full(shape, _UNBOUNDED, np.float32),
        rows=np.array([wanted], np.int32),
    )


def _pack(tree: Any, packed: PackedForests, number: int, paths: NDArray[np.float64]) -> None:  # noqa: ANN401 (sklearn has no types)
    """Write a tree breadth first, so that a right child follows its left one."""
    old = [(0, 0)]  # node of the library, depth; its place here is the index
    place = 0
    while place < len(old):
        node, depth = old[place]
        left = tree.children_left[node]
        packed.path[0, number, place] = depth + paths[tree.n_node_samples[node]]
        if left >= 0:
            packed.feature[0, number, place] = tree.feature[node]
            packed.split[0, number, place] = _split_above(tree.threshold[node])
            packed.child[0, number, place] = len(old)
            packed.path[0, number, place] = depth
            old += [(left, depth + 1), (tree.children_right[node], depth + 1)]
        place += 1


def _split_above(threshold: float) -> np.float32:
    """Smallest float32 above: the library goes left for x <= t, the packed forest for x < split."""
    near = np.float32(threshold)
    return np.nextafter(near, np.float32(np.inf)) if near <= threshold else near
