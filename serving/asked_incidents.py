"""Incidents asked from an event loop: in a few threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from serving.incidents import IncidentBook

__all__ = ["AskedIncidents"]

#: As many as SQLAlchemy keeps connections by default, less one for the writer.
_READERS = 4

_Answer = TypeVar("_Answer")


class AskedIncidents:
    """A book of incidents whose questions keep nobody waiting but their asker.

    Changes wait for whoever else writes, such as a night, so they stand in a line of their own:
    the database takes one at a time anyway. Neither takes a thread from the answers of the engine.
    """

    def __init__(self, book: IncidentBook) -> None:
        self._book = book
        self._readers = ThreadPoolExecutor(_READERS, "incidents")
        self._writer = ThreadPoolExecutor(1, "incident-changes")

    async def ask(self, question: Callable[[IncidentBook], _Answer]) -> _Answer:
        """Answer of the book; raises what the book raises."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, question, self._book)

    async def change(self, change: Callable[[IncidentBook], _Answer]) -> _Answer:
        """Answer of the book after a change; raises what the book raises."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, change, self._book)
