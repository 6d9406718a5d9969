"""Rows of the feedback bench: one world under one policy."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from benchmarks.rows import Identity

__all__ = ["FeedbackRow"]

_COUNT = Annotated[int, Field(ge=0)]


class FeedbackRow(Identity):
    """What readers of a world are told when they label what they are told.

    `unplanted` incidents hold no day of a planted anomaly: `false` ones have nothing behind them,
    the others a planned change or the days after an anomaly. Of the false, `again` began after
    an unplanted one of their series and direction could have been labelled; `same_week` not so, but
    up to a week after one of another series. `.._told` are those of them that were told. `planted`
    anomalies are `found` when a told incident holds one of their days, `days_to_tell` after their
    first days together.
    """

    unplanted: _COUNT
    unplanted_told: _COUNT
    false: _COUNT
    false_told: _COUNT
    again: _COUNT
    again_told: _COUNT
    same_week: _COUNT
    same_week_told: _COUNT
    planted: _COUNT
    found: _COUNT
    planted_usd: Decimal
    found_usd: Decimal
    days_to_tell: _COUNT

    @model_validator(mode="after")
    def _no_part_is_more_than_the_whole(self) -> Self:
        for part in ("unplanted", "false", "again", "same_week"):
            if getattr(self, f"{part}_told") > getattr(self, part):
                raise ValueError(f"more {part} incidents are told than there are")
        if self.found > self.planted or self.found_usd > self.planted_usd:
            raise ValueError("more is found than was planted")
        return self
