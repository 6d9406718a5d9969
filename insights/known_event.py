"""What is known of an event in past spend: what it was, of which series, on which days."""

from __future__ import annotations

from datetime import date
from typing import Protocol

__all__ = ["KnownEvent"]


class KnownEvent(Protocol):
    """An event of one series on the days `[start, end)`."""

    @property
    def kind(self) -> str:
        """What it was: "spike", "launch", ..."""
        ...

    @property
    def unique_id(self) -> str:
        """The series."""
        ...

    @property
    def start(self) -> date:
        """First day."""
        ...

    @property
    def end(self) -> date:
        """Day after the last."""
        ...
