"""Explanations of days and spans of some series, from usage facts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import numpy as np
import pyarrow as pa

from insights.explanation import Explained, explain
from ledger.delivery import Span
from ledger.series import SeriesKey
from models.detector_version import DetectorVersion
from serving.facts import FactIndex

__all__ = ["BEFORE_DAYS", "DayExplained", "Explainer"]

#: A day is explained by the shape of this many days before: four of each weekday.
BEFORE_DAYS = 28
#: Fewer ordinary days than this are no shape; then the abnormal ones count, too.
_LEAST_DAYS = 7
#: Another model moved the other way when it made good for this share of the requests ...
_MADE_GOOD = 0.5
#: ... by more than this share of its own usual ones.
_UNUSUAL = 0.3
_CENTS = Decimal("0.01")
#: Days kept: those of a report and of a few questions.
_KEPT = 4096

DayExplained = tuple[Explained, Span]


class Explainer:
    """Explains from usage facts and what a detector expected; None of days without facts.

    Parameters
    ----------
    facts
        `ledger.usage_fact_columns.USAGE_FACTS`, sorted as it comes; None = there are none.
    """

    def __init__(self, facts: pa.Table | None, detector: DetectorVersion) -> None:
        self._facts = None if facts is None else FactIndex(facts)
        self._detector = detector
        self._row_of = {name: row for row, name in enumerate(detector.unique_ids)}
        self._day = lru_cache(maxsize=_KEPT)(self._explain_day)

    @property
    def known_days(self) -> Span | None:
        """First and last days of which use is known."""
        return None if self._facts is None else self._facts.span

    def day(
        self, keys: Sequence[SeriesKey], day: date, *, expected: float | None = None
    ) -> DayExplained | None:
        """Why the sum of these series was not what was expected of a day.

        `expected` None = what the detector expected of the series; where it did not, the mean of
        the ordinary days before.
        """
        known = self._expected(keys, day) if expected is None else _cents(expected)
        return self._day(tuple(keys), day, known)

    def spans(self, keys: Sequence[SeriesKey], before: Span, after: Span) -> Explained | None:
        """Why the sum of these series is not what it was in another span."""
        if self._facts is None:
            return None
        sides = [self._facts.rows(keys, span.start, span.end) for span in (before, after)]
        if not any(sides):
            return None
        return explain(sides[0], sides[1], days_before=_length(before), days_after=_length(after))

    def _explain_day(
        self, keys: tuple[SeriesKey, ...], day: date, expected: Decimal | None
    ) -> DayExplained | None:
        if self._facts is None:
            return None
        span = Span(day - timedelta(days=BEFORE_DAYS), day)
        after = self._facts.rows(keys, day, day + timedelta(days=1))
        rows = self._facts.rows(keys, span.start, span.end)
        if not after and not rows:
            return None
        odd = self._odd_days(keys, span)
        ordinary = [row for row in rows if row["day"] not in odd]
        length = BEFORE_DAYS - len(odd)
        if length < _LEAST_DAYS or not ordinary:
            ordinary, length = rows, BEFORE_DAYS
        if expected is None:
            costs = [row["effective_cost"] or Decimal(0) for row in ordinary]
            expected = (sum(costs, Decimal(0)) / length).quantize(_CENTS)
        found = explain(
            ordinary,
            after,
            days_before=length,
            days_after=1,
            expected=expected,
            counterpart=self._counterpart(keys, day),
        )
        return found, span

    def _expected(self, keys: Sequence[SeriesKey], day: date) -> Decimal | None:
        """What the detector expected of the day; None unless of every series."""
        detector = self._detector
        column = int((np.datetime64(day, "D") - detector.days[0]).astype(int))
        rows = [self._row_of.get(key.unique_id, -1) for key in keys]
        if min(rows, default=-1) < 0 or not 0 <= column < len(detector.days):
            return None
        total = float(detector.expected[rows, column].sum())
        return None if math.isnan(total) else _cents(total)

    def _odd_days(self, keys: Sequence[SeriesKey], span: Span) -> set[date]:
        """Days outside the ordinary range of the series; none for a sum of several."""
        detector = self._detector
        row = self._row_of.get(keys[0].unique_id, -1) if len(keys) == 1 else -1
        if row < 0:
            return set()
        inside = (detector.days >= np.datetime64(span.start)) & (
            detector.days < np.datetime64(span.end)
        )
        actual = detector.actual[row]
        odd = (actual > detector.upper[row]) | (actual < detector.lower[row]) | detector.alert[row]
        found: list[date] = detector.days[inside & odd].tolist()
        return set(found)

    def _counterpart(self, keys: Sequence[SeriesKey], day: date) -> str | None:
        """Another model of the same team that moved the other way by at least half as much."""
        if self._facts is None or len(keys) != 1:
            return None
        own = keys[0]
        change, _ = self._against_weekdays(own, day)
        best, name = 0.0, None
        for key in self._facts.of_team(own["team"]):
            if key == own:
                continue
            other, usual = self._against_weekdays(key, day)
            made_good = other * change < 0 and abs(other) >= _MADE_GOOD * abs(change)
            if made_good and abs(other) > max(best, _UNUSUAL * usual):
                best, name = abs(other), key["model"]
        return name

    def _against_weekdays(self, key: SeriesKey, day: date) -> tuple[float, float]:
        """Requests of a day less the mean of the same weekdays before, and that mean."""
        facts = self._facts
        if facts is None:
            return 0.0, 0.0
        weeks = range(7, BEFORE_DAYS + 1, 7)
        before = [facts.requests(key, *_whole(day - timedelta(days=back))) for back in weeks]
        usual = sum(before) / len(before)
        return facts.requests(key, *_whole(day)) - usual, usual


def _cents(amount: float) -> Decimal:
    return Decimal(amount).quantize(_CENTS)


def _whole(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


def _length(span: Span) -> int:
    return (span.end - span.start).days
