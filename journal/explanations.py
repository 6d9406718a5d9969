"""Why an amount changed, as a frozen value: exact parts, who and where, a cause, similar days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from journal.outcomes import Driver, Outcome, RatioReading

__all__ = ["AttributedChange", "DriverLine", "Explanation", "RatioReading", "SimilarDay"]


class DriverLine(Outcome):
    """A part of one thing that is bought; `of` says which (provider, model, item, unit, ...)."""

    part: str
    of: dict[str, str]
    amount: Decimal


class AttributedChange(Outcome):
    """What one value of a dimension (a key, a region, a use case) contributed."""

    dimension: str
    value: str
    before: Decimal
    after: Decimal
    change: Decimal


class SimilarDay(Outcome):
    """An earlier abnormal day with the same cause or drivers, to look up what was done about it."""

    unique_id: str
    series: dict[str, str]
    period_start: date
    cause: str
    cause_text: str
    impact: float | None
    similarity: float  # cosine of the drivers, 1 = the same shape


class Explanation(Outcome):
    """The change from `before` to `after` over `[start, end)`, in the snapshot's currency.

    `before` is what was expected of these days where `is_expected`, else what the days
    `[before_start, before_end)` cost. The drivers sum to `change` to the last digit, and so do the
    lines. Names are those within the asker's scope.
    """

    snapshot: str
    series: dict[str, str]
    start: date
    end: date
    before_start: date
    before_end: date
    is_expected: bool
    currency: str
    before: Decimal
    after: Decimal
    change: Decimal
    drivers: list[Driver]
    lines: list[DriverLine]
    attribution: list[AttributedChange]
    ratios: list[RatioReading]
    cause: str
    cause_text: str
    evidence: list[str]
    similar: list[SimilarDay]
