"""The state database as the doors ask it: opened when it is there, again when it is another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from journal.database import Database, open_database
from ledger.problems import BadInput
from serving.problems import StateUnavailable

__all__ = ["StateDatabase"]

_LOG = logging.getLogger(__name__)

#: Device and number of a file: another one, where the state was deleted and made again.
_Identity = tuple[int, int]


class StateDatabase:
    """The database at an SQLAlchemy URL, kept open between questions.

    A question to a state that no night has made yet finds nothing, and makes nothing. All methods
    may be called from several threads.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._file = _file_of(url)
        self._lock = threading.Lock()
        self._database: Database | None = None
        self._identity: _Identity | None = None

    @contextmanager
    def asked(self) -> Iterator[Database | None]:
        """The open database, None where there is none yet; raises StateUnavailable."""
        try:
            yield self._current()
        except DatabaseError as problem:
            _LOG.warning("the state database fails", exc_info=True)
            raise StateUnavailable("a state database that answers", None) from problem

    def close(self) -> None:
        """Give back the connections; the next question opens it again."""
        with self._lock:
            if self._database is not None:
                self._database.close()
            self._database = self._identity = None

    def _current(self) -> Database | None:
        with self._lock:
            identity = self._look()
            if self._database is not None and identity != self._identity:
                self._database.close()
                self._database = None
            if self._database is None and (self._file is None or identity is not None):
                self._database, self._identity = self._opened(), identity
            return self._database

    def _look(self) -> _Identity | None:
        """Which file it is now; None where there is none, and of a database that is no file."""
        try:
            facts = None if self._file is None else self._file.stat()
        except OSError:
            return None
        return None if facts is None else (facts.st_dev, facts.st_ino)

    def _opened(self) -> Database:
        try:
            return open_database(self._url)
        except BadInput as problem:
            _LOG.warning("the state database cannot be opened: %s", problem)
            raise StateUnavailable(problem.wanted, problem.file) from problem


def _file_of(url: str) -> Path | None:
    """The file of an SQLite database; None of other databases, and of what is no URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))
