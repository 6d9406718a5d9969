"""Terabytes in object storage: slow growth, small steps, now and then a clean-up."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from costcast.world import demand
from costcast.world.anomalies import Planted
from costcast.world.calendar import DAYS_COUNT, date_at, month_after, month_of
from costcast.world.catalogue import Bucket
from costcast.world.randomness import generator
from ledger.series import NONE

__all__ = ["gigabyte_months"]

_GIGABYTES = 1_000.0
#: Deviation of the daily change of the logarithm: uploads and expiries.
_DAILY = 0.002
#: Chance of a clean-up on a day, and the share that it leaves.
_CLEAN_UP, _LEFT = 0.004, (0.9, 0.97)


def gigabyte_months(
    seed: int, bucket: Bucket, planted: tuple[Planted, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[T] GB-months billed on each day, with and without anomalies.

    A day is one of the days of its month, so a gigabyte costs more a day in February.
    """
    rng = generator(seed, "bucket", bucket.team)
    changes = rng.normal(0, _DAILY, DAYS_COUNT)
    clean = rng.uniform(size=DAYS_COUNT) < _CLEAN_UP
    changes[clean] += np.log(rng.uniform(*_LEFT, int(clean.sum())))
    level = np.exp(np.cumsum(changes - changes.mean())) * demand.growth(bucket.growth)
    month_days = np.array([_month_days(date_at(column)) for column in range(DAYS_COUNT)])
    calm = bucket.terabytes * _GIGABYTES * level / month_days
    struck = calm.copy()
    for event in planted:
        if event.hits(bucket.team, NONE, "forgotten_copy"):
            struck[event.start : event.start + event.length] *= 1 + event.strength
    return struck, calm


def _month_days(day: date) -> int:
    month = month_of(day)
    return (month_after(month) - month).days
