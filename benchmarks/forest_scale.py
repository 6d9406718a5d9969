"""Ten thousand forests in one process, on one thread: fitted, and a night's points scored.

scikit-learn's loop runs beside it on a stated sample, with as many trees and rows per tree.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass
from sklearn.ensemble import IsolationForest

from benchmarks.forest_rows import ForestRow
from benchmarks.provenance import data_digest, identity, machine
from benchmarks.rows import Role
from models.features.forest_rows import FOREST_FEATURES
from models.forest import ROWS_PER_TREE, TREES, grow_forest, stack_forests
from models.forest_arrays import PackedForests
from models.forest_scoring import scores_of_each

__all__ = ["FOREST_SCALE", "ForestTask", "measure_forests"]

_Array = NDArray[np.float64]
_Done = TypeVar("_Done")
_MEGABYTE = 1e6
_ARRAYS = ("feature", "split", "child", "path", "upper")


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class ForestTask:
    """So many forests on so many days each; the library's on the first `library_forests`."""

    family: ClassVar[str] = "forests"

    name: str
    forests: int = 10_000
    rows: int = 180
    library_forests: int = 50
    trees: int = TREES
    rows_per_tree: int = ROWS_PER_TREE
    seed: int = 0


FOREST_SCALE: tuple[ForestTask, ...] = (
    ForestTask(name="forests/10000"),
    ForestTask(name="forests/10000-50-trees", trees=50),
)


def measure_forests(task: ForestTask, data: Path | None) -> list[ForestRow]:
    """Rows of both implementations, to fit and to score a point of each series.

    It needs no `data`: the rows are drawn.
    """
    del data
    rng = np.random.default_rng(task.seed)
    rows = np.sqrt(np.abs(rng.normal(size=(task.forests, task.rows, FOREST_FEATURES))))
    tonight = np.sqrt(np.abs(rng.normal(size=(task.forests, FOREST_FEATURES))))
    _fitted(rows[:2], task)  # compiles
    scores_of_each(_fitted(rows[:2], task), tonight[:2])
    forests, fit = _timed(lambda: _fitted(rows, task))
    _points, scored = _timed(lambda: scores_of_each(forests, tonight))
    few = rows[: task.library_forests]
    library, library_fit = _timed(lambda: [_library(own, task) for own in few])
    _said, library_scored = _timed(
        lambda: [
            one.score_samples(point[None]) for one, point in zip(library, tonight, strict=False)
        ]
    )
    size = sum(getattr(forests, name).nbytes for name in _ARRAYS) / _MEGABYTE
    steps = (
        _Step("costcast", "product", "fit", len(rows), fit, size),
        _Step("costcast", "product", "score", len(rows), scored, None),
        _Step("IsolationForest", "peer", "fit", len(few), library_fit, None),
        _Step("IsolationForest", "peer", "score", len(few), library_scored, None),
    )
    return [_row(task, step) for step in steps]


class _Step(NamedTuple):
    """What took how long for how many forests."""

    model: str
    role: Role
    name: str
    forests: int
    seconds: float
    megabytes: float | None


def _timed(work: Callable[[], _Done]) -> tuple[_Done, float]:
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started


def _fitted(rows: _Array, task: ForestTask) -> PackedForests:
    return stack_forests(
        [
            grow_forest(own, seed=number, trees=task.trees, rows_per_tree=task.rows_per_tree)
            for number, own in enumerate(rows)
        ]
    )


def _library(rows: _Array, task: ForestTask) -> IsolationForest:
    return IsolationForest(
        n_estimators=task.trees, max_samples=task.rows_per_tree, random_state=task.seed
    ).fit(rows)


def _row(task: ForestTask, step: _Step) -> ForestRow:
    own: dict[str, object] = {"threads": 1}
    about = identity(task, step.model, step.role, own, data_digest(str(task)))
    return ForestRow(
        **(about | {"task": f"{task.name}:{step.name}"}),
        machine=machine(),
        forests=step.forests,
        rows=task.rows,
        seconds=step.seconds,
        ms_per_forest=1000 * step.seconds / step.forests,
        megabytes=step.megabytes,
    )
