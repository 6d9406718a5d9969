"""Room for arrays that are larger than what should lie in memory: a file without a name."""

from __future__ import annotations

import os
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray

__all__ = ["room_for"]

#: Bytes up to which an array is kept in memory: forecasts of some 2,000 series over a quarter.
_IN_MEMORY = 2**28


def room_for(shape: tuple[int, ...], in_memory: int = _IN_MEMORY) -> NDArray[np.float64]:
    """Return an array of this shape, in a temporary file if it has more than `in_memory` bytes.

    The system keeps in memory what it has room for and reads the rest from the file, which is gone
    with the array. Where the disk has no room for it either, the array is in memory.
    """
    size = 8 * int(np.prod(shape))
    if size <= in_memory:
        return np.empty(shape)
    with TemporaryFile(prefix="costcast-") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, size)  # or a full disk would end the process
        except (OSError, AttributeError):  # not every system can reserve
            return np.empty(shape)
        mapped: NDArray[np.float64] = np.memmap(file, np.float64, "r+", shape=shape)
        return np.asarray(mapped)
