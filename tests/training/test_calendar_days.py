"""Which days are special, and that spend charged by the month is told by the day."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ledger.panel import Panel
from ledger.problems import BadInput
from training.backtest import run_backtest, task_for
from training.calendar_days import by_calendar, holiday_flags, month_lengths, month_parts
from training.fit import fit_forecaster

YEAR = np.arange("2026-01-01", "2027-01-01", dtype="datetime64[D]")


def test_parts_and_lengths_of_months() -> None:
    start, end = month_parts(YEAR)
    assert start.sum() == end.sum() == 36
    assert [str(day) for day in YEAR[end][3:6]] == ["2026-02-26", "2026-02-27", "2026-02-28"]
    assert month_lengths(YEAR).sum() == sum(d * d for d in (31,) * 7 + (30,) * 4 + (28,))


def test_holidays_of_a_country_and_of_a_part_of_it() -> None:
    germany, bavaria = holiday_flags(YEAR, "DE"), holiday_flags(YEAR, "DE-BY")
    assert germany[np.datetime64("2026-10-03") == YEAR].all()
    assert not germany[np.datetime64("2026-01-06") == YEAR].any()
    assert bavaria[np.datetime64("2026-01-06") == YEAR].all()
    assert (bavaria | ~germany).all()


@pytest.mark.parametrize("country", ["Germany", "ZZ", "DE-XX"])
def test_an_unknown_place_is_refused(country: str) -> None:
    with pytest.raises(BadInput, match="holidays_country"):
        holiday_flags(YEAR, country)


def test_a_monthly_charge_is_spread_over_the_days_of_its_month(
    weekly_panel: Callable[[int], Panel],
) -> None:
    days = np.arange("2025-01-01", "2026-02-11", dtype="datetime64[D]")
    base = weekly_panel(10)
    stored = np.array([[900.0], [40.0]]) / month_lengths(days)
    panel = replace(
        base,
        keys=base.keys[:2],
        periods=days,
        value=stored,
        observed=np.ones(stored.shape, dtype=np.bool_),
        completeness=np.ones(stored.shape),
        known_at=np.datetime64("2026-02-11T06:00", "us"),
    )
    tested = run_backtest(panel, task_for(panel, horizon=28, season=7))
    revisions = [by_calendar(panel, tested, "US")]
    version = fit_forecaster(panel, horizon=28, season=7, backtest=tested, revisions=revisions)
    march = version.days >= np.datetime64("2026-03-01")
    assert np.allclose(version.mean[0, march], 900 / 31, rtol=0.01)
    assert np.allclose(version.mean[0, ~march], 900 / 28, rtol=0.01)
    notes = version.per_series["revised"].to_pylist()
    assert all("lengths of months" in str(note) for note in notes)
