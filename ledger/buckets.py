"""The buckets of a clock: the units in which a later delivery replaces an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from ledger.delivery import Clock, Span
from ledger.spans import merge

__all__ = ["billing_month", "bucket_of", "buckets_of"]


def buckets_of(clock: Clock, covers: Iterable[Span]) -> Iterator[date]:
    """Every bucket that a span touches, each once, in order.

    A bucket of a bill is the first day of the billing month, one of a usage report the UTC day.
    """
    last: date | None = None
    for span in merge(covers):
        bucket = bucket_of(clock, span.start)
        while bucket < span.end:
            if bucket != last:  # two spans may lie in one month
                yield bucket
            last = bucket
            bucket = _next(clock, bucket)


def bucket_of(clock: Clock, day: date) -> date:
    """The bucket in which a day lies."""
    return day.replace(day=1) if clock == "billing_period" else day


def billing_month(bucket: date) -> Span:
    """The days of the billing month that starts with `bucket`."""
    return Span(bucket, _next("billing_period", bucket))


def _next(clock: Clock, bucket: date) -> date:
    if clock == "usage_day":
        return bucket + timedelta(days=1)
    years, month = divmod(bucket.month, 12)
    return date(bucket.year + years, month + 1, 1)
