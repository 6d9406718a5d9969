"""What the detector says of one value. Plain Python: serving imports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["PointFlag", "PointScore"]

PointFlag = Literal["degraded", "insufficient_history"]


@dataclass(frozen=True)
class PointScore:
    """What the detector says of one value; NaN = cannot be said.

    Parameters
    ----------
    expected, lower, upper
        In the unit of the measure.
    score
        Higher = stranger.
    p_value
        Share of the pooled scores at least as high.
    alert
        Whether the value would start an incident.
    flags
        "insufficient_history": fewer than 28 days since the first spend came before, so a forest of
        its team or of all judges; before the 14th nothing alerts. "degraded": days before are
        unknown and taken as expected, or a past day was scored with another value than the replay
        saw, by the newest forest and the newest ranges of usage instead of that day's.
    """

    expected: float
    lower: float
    upper: float
    score: float
    p_value: float
    alert: bool
    flags: tuple[PointFlag, ...]
