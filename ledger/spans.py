"""Unions of spans of days."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.delivery import Span

__all__ = ["merge"]


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Fewest disjoint spans with the same days, in order; touching spans become one.

    >>> from datetime import date
    >>> day = lambda number: date(2026, 10, number)
    >>> merge([Span(day(5), day(7)), Span(day(1), day(3)), Span(day(3), day(4))]) == (
    ...     Span(day(1), day(4)), Span(day(5), day(7)))
    True
    """
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
