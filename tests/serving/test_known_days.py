"""Every day before the forecast has an amount, also the ones that are not final."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.delivery import Span
from ledger.panel import Panel
from ledger.series import SeriesKey
from serving.known_days import KnownDays, known_days

FIRST = date(2026, 9, 1)


def _known(
    value: list[float], whole: list[float], final: list[bool], end: int
) -> tuple[KnownDays, NDArray[np.float64]]:
    values = np.array([value])
    panel = Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=(SeriesKey.of(team="ads"),),
        periods=np.datetime64(FIRST) + np.arange(len(value)),
        value=values,
        observed=np.isfinite(values),
        completeness=np.array([whole]),
        known_at=np.datetime64("2026-10-01"),
    )
    last = date.fromordinal(FIRST.toordinal() + end)
    known = known_days(panel, np.array([final]), last)
    return known, known.settled[0]


def test_a_day_that_half_arrived_is_scaled_up() -> None:
    _, settled = _known([10, 6, 1], [1, 0.6, 0.1], [True, False, False], 3)
    assert settled == pytest.approx([10, 10, 0])  # a tenth says nothing, and no week is behind it


def test_a_missing_day_is_the_mean_of_its_weekday() -> None:
    value = [float(step) for step in range(28)] + [np.nan]
    _, settled = _known(value, [1.0] * 29, [True] * 28 + [False], 29)
    assert settled[28] == pytest.approx((0 + 7 + 14 + 21) / 4)


def test_days_from_the_end_on_are_provisional() -> None:
    known, settled = _known([1, 2, 3, 4], [1, 1, 0.9, 0.5], [True, True, False, False], 2)
    assert settled == pytest.approx([1, 2])
    assert known.provisional[0] == pytest.approx([3, 4])


def test_columns_are_cut_to_the_panel() -> None:
    known, _ = _known([1, 2, 3], [1, 1, 1], [True] * 3, 3)
    assert known.columns(Span(date(2026, 8, 1), date(2026, 9, 3))) == slice(0, 2)
    assert known.columns(Span(date(2027, 8, 1), date(2027, 9, 3))) == slice(3, 3)
