import os

import numpy as np
import pytest

from training.room import room_for


def test_a_small_array_is_in_memory_and_a_large_one_in_a_file() -> None:
    small, large = room_for((10, 3)), room_for((10, 3), in_memory=8 * 29)
    assert small.base is None
    assert isinstance(large.base, np.memmap)
    assert small.shape == large.shape == (10, 3)
    large[:] = np.arange(30.0).reshape(10, 3)
    np.testing.assert_array_equal(large[4], [12.0, 13.0, 14.0])


def test_where_the_disk_is_full_it_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert room_for((10, 3), in_memory=0).base is None
