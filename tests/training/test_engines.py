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


@pytest.mark.parametrize("threads", [True, False])
def test_many_series_go_in_pieces_and_are_written_where_asked(threads: bool) -> None:
    rows = np.arange(1000.0).reshape(500, 2)
    place = np.empty((500, 2))
    got = map_series(np.negative, rows, workers=2, threads=threads, room=lambda _: place)
    assert got is place
    np.testing.assert_array_equal(got, -rows)


def test_no_chunk_has_more_than_a_hundred_series() -> None:
    sizes: list[int] = []

    def watched(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        sizes.append(len(rows))
        return rows

    np.testing.assert_array_equal(map_series(watched, np.ones((1501, 1))), np.ones((1501, 1)))
    assert max(sizes) == 100
    assert sum(sizes) == 1501


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
