from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from training.engines import map_series

ROWS = np.arange(60.0).reshape(20, 3)


def test_the_workers_do_not_change_the_result() -> None:
    cumulated = partial(np.cumsum, axis=1)
    seen: list[tuple[int, int]] = []
    alone = map_series(cumulated, ROWS)
    together = map_series(
        cumulated, ROWS, workers=2, progress=lambda done, total: seen.append((done, total))
    )
    np.testing.assert_array_equal(alone, np.cumsum(ROWS, axis=1))
    np.testing.assert_array_equal(together, alone)
    assert seen[-1] == (20, 20)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_no_series_is_an_empty_result() -> None:
    assert map_series(np.negative, np.empty((0, 3))).shape == (0, 3)


def failing(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    raise ValueError(f"{len(rows)} rows are bad")


def test_what_the_function_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="rows are bad"):
        map_series(failing, ROWS)
    with pytest.raises(TypeError):
        map_series(partial(np.cumsum, nonsense=1), ROWS, workers=2)
    with pytest.raises(ValueError, match="got 0 workers"):
        map_series(np.negative, ROWS, workers=0)
