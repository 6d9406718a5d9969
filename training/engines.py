"""Where the work runs: a plain function over chunks of series, here, in threads or processes.

The results are put together in the order of the series, so they do not depend on the workers. A
cluster engine partitions the same way and calls the same function.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
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

#: Series from which another process pays for its start (a second or two of imports).
_SERIES_PER_WORKER = 8
#: Chunks per worker: small enough that the last one to finish does not keep the others waiting.
_CHUNKS_PER_WORKER = 6


def map_series(
    function: Callable[[NDArray[Any]], NDArray[Any]],
    rows: NDArray[Any],
    *,
    workers: int = 1,
    progress: Progress | None = None,
    threads: bool = False,
) -> NDArray[Any]:
    """Concatenate `function(chunk)` over chunks of `rows` [N, ...]; results are [N, ...].

    With several workers `function` must be importable by name (a function of a module, or a
    partial of one), and a script needs its `if __name__ == "__main__"`; not so with `threads`,
    which are for compiled functions that free Python's lock. Raises what `function` raises.
    """
    if workers < 1:
        raise ValueError(f"got {workers} workers, wanted at least 1")
    used = min(workers, max(1, len(rows) // _SERIES_PER_WORKER))
    chunks = [c for c in np.array_split(rows, used * _CHUNKS_PER_WORKER) if len(c)] or [rows]
    tell = progress or (lambda done, total: None)  # noqa: ARG005
    if used == 1:
        return np.concatenate(_here(function, chunks, len(rows), tell))
    start = _threads if threads else _processes
    return np.concatenate(_in_parallel(function, chunks, start(used), tell))


def _here(
    function: Callable[[NDArray[Any]], NDArray[Any]],
    chunks: list[NDArray[Any]],
    total: int,
    tell: Progress,
) -> list[NDArray[Any]]:
    results, done = [], 0
    for chunk in chunks:
        results.append(function(chunk))
        done += len(chunk)
        tell(done, total)
    return results


def _threads(workers: int) -> Executor:
    return ThreadPoolExecutor(workers)


def _processes(workers: int) -> Executor:
    # spawn, not fork: the parent may hold threads of Arrow, BLAS or a tracking client
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _in_parallel(
    function: Callable[[NDArray[Any]], NDArray[Any]],
    chunks: list[NDArray[Any]],
    workers: Executor,
    tell: Progress,
) -> list[NDArray[Any]]:
    total, done = sum(map(len, chunks)), 0
    with workers:
        futures: dict[Future[NDArray[Any]], int] = {
            workers.submit(function, chunk): len(chunk) for chunk in chunks
        }
        try:
            for future in as_completed(futures):
                future.result()
                done += futures[future]
                tell(done, total)
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in futures]
