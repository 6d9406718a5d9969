"""Scores of range-aware isolation forests, compiled (numba): one forest, or one row of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.forest_arrays import PackedForests, normal_path

__all__ = ["compiled_scores", "scores_of_each"]

_Arrays = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def _mean_paths(rows: NDArray[np.float64], forest: _Arrays) -> NDArray[np.float64]:
    """Mean path length of each row [R] over the trees."""
    feature, split, child, path, upper = forest
    mean = np.zeros(len(rows))
    for row in range(len(rows)):
        for tree in range(len(feature)):
            node = 0
            while feature[tree, node] >= 0:
                value = rows[row, feature[tree, node]]
                if value > upper[tree, node]:
                    break
                right = value >= split[tree, node]
                node = child[tree, node] + (1 if right else 0)
            mean[row] += path[tree, node]
    return mean / len(feature)


def _each_mean_path(rows: NDArray[np.float64], forests: _Arrays) -> NDArray[np.float64]:
    """Mean path length of row f [F] over the trees of forest f."""
    feature, split, child, path, upper = forests
    mean = np.zeros(len(rows))
    for forest in range(len(rows)):
        arrays = (feature[forest], split[forest], child[forest], path[forest], upper[forest])
        mean[forest] = mean_paths(rows[forest : forest + 1], arrays)[0]
    return mean


_compiled: Callable[[Callable[..., Any]], Callable[..., Any]] = njit(cache=True)
mean_paths = _compiled(_mean_paths)
each_mean_path = _compiled(_each_mean_path)


def compiled_scores(
    forests: PackedForests, forest: int, rows: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same scores as `models.forest_arrays.forest_scores`, compiled."""
    names = ("feature", "split", "child", "path", "upper")
    arrays = tuple(getattr(forests, name)[forest] for name in names)
    path = mean_paths(np.ascontiguousarray(rows), arrays)
    scores: NDArray[np.float64] = 2.0 ** (-path / normal_path(max(int(forests.rows[forest]), 2)))
    return scores


def scores_of_each(forests: PackedForests, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score of row f by forest f, [F]: the points of a night at once.

    Raises ValueError where there are not as many rows as forests.
    """
    if len(rows) != len(forests):
        raise ValueError(f"got {len(rows)} rows and {len(forests)} forests, wanted one each")
    names = ("feature", "split", "child", "path", "upper")
    arrays = tuple(getattr(forests, name) for name in names)
    path = each_mean_path(np.ascontiguousarray(rows), arrays)
    normal = np.array([normal_path(count) for count in range(int(forests.rows.max(initial=0)) + 1)])
    scores: NDArray[np.float64] = 2.0 ** (-path / np.maximum(normal[forests.rows], normal_path(2)))
    return scores
