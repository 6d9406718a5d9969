"""How a kernel is compiled: once per machine, without Python's lock, and again when any changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from numba import njit

__all__ = ["compiled", "compiled_in_place", "compiled_sum"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_OPTIONS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",  # dividing by zero gives inf or NaN, as it does there
    "no_cfunc_wrapper": True,  # nobody calls them from C; saves a tenth of the compilation
}


def _text_digest(folder: Path) -> str:
    """SHA-256 of the text of every module in the folder."""
    digest = hashlib.sha256()
    for module in sorted(folder.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()


_DIGEST = _text_digest(Path(__file__).parent)


def _compile(function: Callable[_P, _R], **more: object) -> Callable[_P, _R]:
    dispatcher: Any = njit(**_OPTIONS, **more)(function)
    # numba takes a cached function for fresh as long as its own file is. These kernels call one
    # another across files and are inlined, so their stamp is the text of all of them. Private, as
    # numba offers no stamp of one's own: a test recompiles a changed copy.
    dispatcher._cache._cache_file._source_stamp = _DIGEST
    kernel: Callable[_P, _R] = dispatcher
    return kernel


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compile with numba's `njit`: cached on disk, free of Python's lock."""
    return _compile(function)


def compiled_in_place(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """As `compiled`, but becomes part of its caller: each further level is optimised once more."""
    return _compile(function, inline="always")


def compiled_sum(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """As `compiled`, for sums that may be taken in any order: that allows vector instructions."""
    return _compile(function, fastmath={"reassoc", "contract"})
