"""Seconds since 1970 to instants in UTC."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ledger.readers.counts import parse_counts
from ledger.readers.fields import Column, Field
from ledger.schema import UTC

__all__ = ["parse_unix_seconds"]

_MICROSECONDS = pa.scalar(10**6, pa.int64())
# 2001-09-09 and 5138-11-16: milliseconds of any day since 1973 lie above, minutes below.
_FIRST = pa.scalar(10**9, pa.int64())
_LAST = pa.scalar(10**11, pa.int64())


def parse_unix_seconds(field: Field) -> Column:
    """Instants of a column of whole seconds since 1970, null where there is no value.

    Raises BadInput for the first row that is no such number; milliseconds are told by their size.
    """
    seconds = parse_counts(field)
    unlikely = pc.or_(pc.less(seconds, _FIRST), pc.greater_equal(seconds, _LAST))
    field.refuse_where(unlikely, "whole seconds since 1970, such as 1788220800")
    instants: Column = pc.cast(pc.multiply(seconds, _MICROSECONDS), UTC)
    return instants
