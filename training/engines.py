"""Where the work runs: a plain function over chunks of series, here, in threads or processes.

The results are put together in the order of the series, so they do not depend on the workers. A
cluster engine partitions the same way and calls the same function.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import (
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
)
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Progress", "map_series"]

#: Called with (series done, series in all).
Progress = Callable[[int, int], None]

_Rows = NDArray[Any]
_Function = Callable[[_Rows], _Rows]
#: A chunk's rows, and the function of them.
_Done = tuple[slice, _Rows]

#: Series from which another process pays for its start (a second or two of imports).
_SERIES_PER_WORKER = 8
#: Chunks per worker: small enough that the last one to finish does not keep the others waiting.
_CHUNKS_PER_WORKER = 6
#: Series of a chunk at most: what is on its way is memory beside the result.
_SERIES_AT_ONCE = 100


def map_series(
    function: _Function,
    rows: _Rows,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    threads: bool = False,
    room: Callable[[tuple[int, ...]], _Rows] = np.empty,
) -> _Rows:
    """Concatenate `function(chunk)` over chunks of `rows` [N, ...]; results are [N, ...].

    With several workers `function` must be importable by name (a function of a module, or a
    partial of one), and a script needs its `if __name__ == "__main__"`; not so with `threads`,
    which are for compiled functions that free Python's lock. `room` makes the array of a shape
    that the results are written to. Raises what `function` raises.
    """
    if workers < 1:
        raise ValueError(f"got {workers} workers, wanted at least 1")
    used = min(workers, max(1, len(rows) // _SERIES_PER_WORKER))
    places = _places(len(rows), used * _CHUNKS_PER_WORKER)
    start = _threads if threads else _processes
    told = _here(function, rows, places)
    if used > 1:
        told = _in_parallel(function, rows, places, start(used))
    whole, done = np.empty(0), 0
    for place, values in told:
        if not done:
            whole = room((len(rows), *values.shape[1:]))
        whole[place] = values
        done += len(values)
        if progress:
            progress(done, len(rows))
    return whole


def _places(count: int, parts: int) -> list[slice]:
    """At least one piece of `count` rows, so that no series are an empty result."""
    size = min(max(-(-count // parts), 1), _SERIES_AT_ONCE)
    return [slice(start, start + size) for start in range(0, max(count, 1), size)]


def _here(function: _Function, rows: _Rows, places: list[slice]) -> Iterator[_Done]:
    for place in places:
        yield place, function(rows[place])


def _threads(workers: int) -> Executor:
    return ThreadPoolExecutor(workers)


def _processes(workers: int) -> Executor:
    # spawn, not fork: the parent may hold threads of Arrow, BLAS or a tracking client
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _in_parallel(
    function: _Function, rows: _Rows, places: list[slice], workers: Executor
) -> Iterator[_Done]:
    with workers:
        futures: dict[Future[_Rows], slice] = {
            workers.submit(function, rows[place]): place for place in places
        }
        try:
            for future in as_completed(list(futures)):
                place = futures.pop(future)  # what is written is forgotten
                yield place, future.result()
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            raise
