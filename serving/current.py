"""The engine in force in a worker: follows the pointer file, swaps whole snapshots."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from models.artifact import BadArtifact
from serving.engine import Engine
from serving.problems import NothingPublished
from serving.snapshot import current_id, open_snapshot
from serving.snapshot_layout import POINTER

__all__ = ["POLL_SECONDS", "CurrentEngine"]

_LOG = logging.getLogger(__name__)
#: How often the pointer is looked at: a new snapshot is seen within this time.
POLL_SECONDS = 0.5

_Stamp = tuple[int, int]


class CurrentEngine:
    """Holds the engine on the published snapshot; take it once per request.

    Nothing is opened before `follow` or `refresh`: a supervisor that only imports stays small.
    A snapshot that cannot be read leaves the engine before it in force: an answer from last
    night is better than none.
    """

    def __init__(self, published: Path) -> None:
        self._published = published
        self._engine: Engine | None = None
        self._seen: _Stamp | None = None
        self._stopped = threading.Event()

    @property
    def engine(self) -> Engine:
        """The engine in force; raises NothingPublished before the first publication."""
        engine = self._engine
        if engine is None:
            raise NothingPublished(self._published)
        return engine

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to answer from."""
        return self._engine is not None

    def follow(self) -> None:
        """Look at the pointer now, and from now on in a thread of its own."""
        self.refresh()
        threading.Thread(target=self._watch, name="pointer", daemon=True).start()

    def stop(self) -> None:
        """End following."""
        self._stopped.set()

    def refresh(self) -> None:
        """Open the snapshot in force when the pointer has changed."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return
        self._seen = stamp
        try:
            snapshot_id = current_id(self._published)
            if self._engine is None or self._engine.snapshot.id != snapshot_id:
                self._engine = Engine(open_snapshot(self._published / snapshot_id))
                _LOG.info("snapshot %s in force", snapshot_id)
        except (BadArtifact, NothingPublished, OSError, ValueError, KeyError):
            _LOG.exception("the published snapshot cannot be opened, the one before stays in force")

    def _stamp(self) -> _Stamp | None:
        try:
            facts = (self._published / POINTER).stat()
        except OSError:
            return None
        return facts.st_mtime_ns, facts.st_ino

    def _watch(self) -> None:
        while not self._stopped.wait(POLL_SECONDS):
            self.refresh()
