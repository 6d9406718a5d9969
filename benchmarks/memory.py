"""What a piece of work holds in memory at the most."""

from __future__ import annotations

import threading
from pathlib import Path

__all__ = ["MemoryWatch"]

_STATUS = Path("/proc/self/status")
_EVERY_SECONDS = 0.02


class MemoryWatch:
    """The most memory held while it watches, beyond what was held before.

    Only memory that no file stands behind counts: pages of a mapped file can be dropped at any
    time. Reads Linux's `/proc`.
    """

    def __init__(self) -> None:
        self._start = self._most = _anonymous_kb()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def most_mb(self) -> float:
        """MB, in steps of a fiftieth of a second."""
        return (self._most - self._start) / 1024

    def _look(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            self._most = max(self._most, _anonymous_kb())


def _anonymous_kb() -> int:
    (line,) = [line for line in _STATUS.read_text().splitlines() if line.startswith("RssAnon:")]
    return int(line.split()[1])
