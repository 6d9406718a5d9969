"""JSON objects that hold many rows each, opened to one flat object per row."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.readers.allocation_sets import allocations, is_allocation_set
from ledger.readers.otlp_points import is_metrics, points

__all__ = ["nested_rows"]


def nested_rows(record: dict[str, object]) -> Iterator[dict[str, str | None]] | None:
    """The rows within a JSON object, with text values, or None where it is a row itself.

    The iterator raises ValueError where the object is not built as its format says.
    """
    if is_metrics(record):
        return points(record)
    if is_allocation_set(record):
        return allocations(record)
    return None
