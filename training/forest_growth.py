"""How each detector grows its forests, and the seeds that fix them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.detectors.kinds import DetectorKind
from models.detectors.library_forest import grow_library_forest
from models.forest import grow_forest
from models.forest_arrays import PackedForests

__all__ = ["GROW", "Grow", "forest_seed", "no_forest"]


class Grow(Protocol):
    """Grows a forest of a kind on rows [R, D]."""

    def __call__(self, rows: NDArray[np.float64], *, seed: int) -> PackedForests:  # noqa: D102
        ...


#: How the detectors that have forests grow them.
GROW: Mapping[DetectorKind, Grow] = {
    "range_forest": grow_forest,
    "isolation_forest": grow_library_forest,
}


def forest_seed(seed: int, name: str, fit: int) -> int:
    """Seed of the forest of this name that is fitted on this day."""
    return zlib.crc32(f"{seed}:{name}:{fit}".encode())


def no_forest(rows: NDArray[np.float64], *, seed: int) -> PackedForests:
    """Smallest forest: what stands where a detector has none."""
    return grow_forest(rows[:0], seed=seed, trees=1, rows_per_tree=1)
