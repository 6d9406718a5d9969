"""A delivery: the fact that a source said something, when, about which accounts and periods."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

__all__ = ["Clock", "Delivery", "DeliveryMode", "Span"]

#: What a later delivery replaces: whole billing periods (bills) or whole usage days (reports).
Clock = Literal["billing_period", "usage_day"]
#: A snapshot replaces every bucket it covers; an append adds rows with ids not seen before.
DeliveryMode = Literal["snapshot", "append"]


@dataclass(frozen=True, order=True)
class Span:
    """Half-open range of UTC days `[start, end)`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"got the span [{self.start}, {self.end}), wanted start before end")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True)
class Delivery:
    """One published delivery; rows without one are invisible.

    `sums` are the exact totals of its rows by money column and currency ("billed_cost USD").
    `assumed` names those of `delivered_at`, `covers`, `extent` that nobody stated.
    """

    id: str
    source: str
    reader: str
    clock: Clock
    mode: DeliveryMode
    extent: frozenset[str]
    covers: tuple[Span, ...]
    delivered_at: datetime
    recorded_at: datetime
    sha256: str
    file: str
    rows: int
    sums: dict[str, Decimal]
    assumed: frozenset[str] = field(default_factory=frozenset)
