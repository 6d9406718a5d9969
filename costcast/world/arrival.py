"""How late things arrive: which share of a day's amount a delivery one or two days later has.

State 0 is the delivery on the morning after the day, state 1 the next one, state 2 all later
ones, which have everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costcast.world.calendar import DAYS_COUNT
from costcast.world.randomness import generator

__all__ = ["BILL", "FINAL", "GATEWAY", "STATES", "Lateness", "arrived", "shares", "state_at"]

STATES = 3
#: State of a day whose amount is complete.
FINAL = STATES - 1


@dataclass(frozen=True)
class Lateness:
    """Mean share that has arrived after one and two days, and how it varies."""

    name: str
    after_one: float
    after_two: float
    between_days: float
    between_rows: float


GATEWAY = Lateness("gateway", 0.85, 0.97, between_days=0.03, between_rows=0.015)
BILL = Lateness("bill", 0.60, 0.92, between_days=0.06, between_rows=0.02)


def state_at(age_days: int) -> int:
    """State of a day in the delivery this many mornings later (at least one)."""
    return min(age_days, STATES) - 1


def shares(seed: int, late: Lateness, row: str) -> NDArray[np.float64]:
    """[3, T] share of the final amount that has arrived of one row of a source, rising to 1.

    Days are late together, because pipelines are; rows differ a little.
    """
    common = generator(seed, "late", late.name).normal(0, late.between_days, DAYS_COUNT)
    own = generator(seed, "late", late.name, row).normal(0, late.between_rows, DAYS_COUNT)
    first = np.clip(late.after_one + common + own, 0.3, 0.98)
    # What was missing closes by the usual part, so two days are never less than one.
    closes = (late.after_two - late.after_one) / (1 - late.after_one)
    second = first + (1 - first) * closes
    return np.stack([first, second, np.ones(DAYS_COUNT)])


def arrived(final: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.int64]:
    """[3, T] whole numbers that have arrived of `final` [T]; the last state is `final` itself."""
    parts = np.floor(final * share).astype(np.int64)
    parts[FINAL] = final
    return parts
