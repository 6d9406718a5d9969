"""A cause in plain words, with the evidence it is told from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["CAUSES", "DOMINANT", "Cause", "CauseLabel", "percent"]

CauseLabel = Literal[
    "retry_loop",
    "prompt_growth",
    "longer_answers",
    "cache_hit_drop",
    "model_switch",
    "tier_change",
    "commitment_ended",
    "other_machine",
    "price_change",
    "missing_price",
    "unit_error",
    "exchange_rate",
    "idle_endpoint",
    "long_run",
    "storage_growth",
    "late_invoice",
    "key_leak",
    "request_surge",
    "fewer_requests",
    "more_use",
    "less_use",
    "new_use",
    "ended_use",
    "unclear",
]
CAUSES: tuple[CauseLabel, ...] = get_args(CauseLabel)

#: A part explains a change when it is at least this share of it: more than all others together.
DOMINANT = 0.5


@dataclass(frozen=True)
class Cause:
    """What most likely happened.

    Attributes
    ----------
    text
        One sentence for people.
    evidence
        The figures that the label was decided by, as phrases.
    """

    label: CauseLabel
    text: str
    evidence: tuple[str, ...]


def percent(value: float) -> str:
    """Share as people write it.

    >>> percent(0.553), percent(0.006), percent(0.0)
    ('55 %', '0.6 %', '0 %')
    """
    size = abs(value) * 100
    return f"{value * 100:.1f} %" if 0 < size < 9.95 else f"{value * 100:.0f} %"
