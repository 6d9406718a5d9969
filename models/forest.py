"""The range-aware isolation forest, grown compiled (numba).

An isolation forest (Liu, Ting and Zhou, 2008) gives every value beyond its training range the same
score, so a spike of 3 times and one of 30 times tie. Here a node also knows how far above its own
range a row lies: each tree draws m log-uniformly, each split stores upper = hi + m (hi - lo) of its
rows, and a row above it stops there with the node's depth. Only the upper side is guarded: features
are "larger = stranger".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.forest_arrays import LEAF, PackedForests, normal_path

__all__ = [
    "MARGINS",
    "ROWS_PER_TREE",
    "TREES",
    "grow_forest",
    "stack_forests",
]

#: 25 trees of 64 rows are within 0.2 points of 50 or 100 trees, at half and a quarter of the size.
TREES = 25
ROWS_PER_TREE = 64
#: Range of the margin m, in ranges of a node, for daily spend.
MARGINS = (0.1, 3.0)
#: `upper` of a place that never splits.
_UNBOUNDED = np.float32(np.finfo(np.float32).max)

_Arrays = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def _split_node(
    rows: NDArray[np.float64], order: NDArray[np.int64], start: int, stop: int
) -> tuple[int, float, float, float, int]:
    """Partition order[start:stop] by a random threshold of the first varying feature.

    Returns (feature, threshold, low, high, middle), feature -1 where all rows are equal.
    """
    features = rows.shape[1]
    first = np.random.randint(0, features)
    for offset in range(features):
        feature = (first + offset) % features
        low = high = rows[order[start], feature]
        for place in range(start + 1, stop):
            low = min(low, rows[order[place], feature])
            high = max(high, rows[order[place], feature])
        if high <= low:
            continue
        threshold = float(np.float32(low + (high - low) * np.random.random()))
        middle, last = start, stop - 1
        while middle <= last:
            if rows[order[middle], feature] < threshold:
                middle += 1
            else:
                order[middle], order[last] = order[last], order[middle]
                last -= 1
        if start < middle < stop:
            return feature, threshold, low, high, middle
    return -1, 0.0, 0.0, 0.0, start


def _draw(order: NDArray[np.int64], wanted: int) -> None:
    """Shuffle a sample without replacement into the first `wanted` places."""
    for place in range(wanted):
        other = place + np.random.randint(0, len(order) - place)
        order[place], order[other] = order[other], order[place]


def _grow_tree(
    rows: NDArray[np.float64],
    sample: NDArray[np.int64],
    margin: float,
    deepest: int,
    paths: NDArray[np.float64],
    tree: _Arrays,
) -> None:
    """Grow one tree on the sampled rows into its arrays, breadth first."""
    feature, split, child, path, upper = tree
    places = len(feature)
    span = np.empty((places, 3), np.int64)  # first row, last row + 1, depth
    span[0] = (0, len(sample), 0)
    used, node = 1, 0
    while node < used:
        start, stop, depth = span[node]
        path[node] = depth + paths[stop - start]
        if stop - start > 1 and depth < deepest:
            at, threshold, low, high, middle = split_node(rows, sample, start, stop)
            if at >= 0:
                feature[node], split[node], child[node] = at, threshold, used
                path[node], upper[node] = depth, high + margin * (high - low)
                span[used] = (start, middle, depth + 1)
                span[used + 1] = (middle, stop, depth + 1)
                used += 2
        node += 1


def _grow_trees(
    rows: NDArray[np.float64],
    wanted: int,
    seed: int,
    margins: tuple[float, float],
    paths: NDArray[np.float64],
    forest: _Arrays,
) -> None:
    """Grow every tree of a forest into its arrays [S, K]."""
    np.random.seed(seed)
    feature, split, child, path, upper = forest
    deepest = math.ceil(math.log2(max(wanted, 2)))
    order = np.arange(len(rows))
    smallest, largest = math.log(margins[0]), math.log(margins[1])
    for tree in range(len(feature)):
        margin = math.exp(smallest + (largest - smallest) * np.random.random())
        draw(order, wanted)
        arrays = (feature[tree], split[tree], child[tree], path[tree], upper[tree])
        grow_tree(rows, order[:wanted].copy(), margin, deepest, paths, arrays)


_compiled: Callable[[Callable[..., Any]], Callable[..., Any]] = njit(cache=True)
split_node = _compiled(_split_node)
draw = _compiled(_draw)
grow_tree = _compiled(_grow_tree)
grow_trees = _compiled(_grow_trees)


def grow_forest(
    rows: NDArray[np.float64],
    *,
    seed: int,
    trees: int = TREES,
    rows_per_tree: int = ROWS_PER_TREE,
    margins: tuple[float, float] = MARGINS,
) -> PackedForests:
    """One forest on these rows, anomalies included.

    Parameters
    ----------
    rows
        [R, D] finite; without any rows every later row gets the same score.
    seed
        0 to 2^32 - 1; equal seeds and rows give equal forests.
    rows_per_tree
        Rows drawn for each tree without replacement; all of them where there are fewer.
    margins
        Smallest and largest m that a tree may draw.
    """
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise ValueError(f"got rows of shape {rows.shape}, wanted [R, D] finite values")
    if rows.shape[1] > np.iinfo(np.int8).max or rows_per_tree > np.iinfo(np.int16).max // 2:
        raise ValueError("a packed forest holds at most 127 features and 16383 rows per tree")
    wanted = min(rows_per_tree, len(rows))
    shape = (trees, 2 * rows_per_tree)
    feature = np.full(shape, LEAF, np.int8)
    split, path = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    child = np.zeros(shape, np.int16)
    upper = np.full(shape, _UNBOUNDED, np.float32)
    if wanted:
        paths = np.array([normal_path(count) for count in range(wanted + 1)])
        grow_trees(
            np.ascontiguousarray(rows),
            wanted,
            seed,
            margins,
            paths,
            (feature, split, child, path, upper),
        )
    return PackedForests(
        feature=feature[None],
        split=split[None],
        child=child[None],
        path=path[None],
        upper=upper[None],
        rows=np.array([wanted], np.int32),
    )


def stack_forests(forests: Sequence[PackedForests]) -> PackedForests:
    """All these forests as one value, in order."""
    names = ("feature", "split", "child", "path", "upper", "rows")
    return PackedForests(
        **{name: np.concatenate([getattr(one, name) for one in forests]) for name in names}
    )
