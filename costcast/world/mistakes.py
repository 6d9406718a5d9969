"""Mistakes of the cloud bill, and how it puts them right.

Hours of one endpoint are billed twice for three days and put right inside the open billing
period: a later delivery simply says something else. A training run of 12 September is charged for
too many hours, which comes out after September was invoiced: a correction row of the October
billing period, with the charge period of 12 September.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from costcast.world.prices import MICRO

__all__ = ["CORRECTION", "DOUBLE_BILLING", "Correction", "DoubleBilling"]


@dataclass(frozen=True)
class DoubleBilling:
    """Every delivery before `mended` has twice the quantity of a line on these days."""

    line: str
    days: tuple[date, ...]
    mended: date


@dataclass(frozen=True)
class Correction:
    """Machine hours (millionths) that were charged too much and are given back.

    At least `charged` hours of the line are on the bill of that day in the first place.
    `first_delivered` is the morning from which on the row is part of the bill of `booked_in`.
    """

    line: str
    day: date
    hours: int
    charged: int
    booked_in: date
    first_delivered: date


DOUBLE_BILLING = DoubleBilling(
    line="pricing-endpoint",
    days=(date(2026, 9, 8), date(2026, 9, 9), date(2026, 9, 10)),
    mended=date(2026, 9, 15),
)
CORRECTION = Correction(
    line="search-training",
    day=date(2026, 9, 12),
    hours=18 * MICRO,
    charged=44 * MICRO,
    booked_in=date(2026, 10, 1),
    first_delivered=date(2026, 10, 9),
)
