"""Budgets over the engine's own paths: known days, forecast days, days beyond the horizon."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ledger.delivery import Span
from ledger.scope import Scope
from serving.budget_projections import period_spend
from serving.engine import Engine
from serving.outlook import Outlook
from serving.selection import select_rows

ALL = Scope.everything()


@pytest.fixture(scope="module")
def outlook(engine: Engine) -> Outlook:
    return Outlook(engine.snapshot)


def test_a_month_budget_agrees_with_the_month_forecast(engine: Engine) -> None:
    (budget,) = engine.project_budgets(ALL, budget="ads month")
    (forecast,) = engine.forecast(ALL, team="ads")
    month = forecast.sums[0]
    assert budget.projected == pytest.approx(month.quantiles)
    assert budget.projected_mean == pytest.approx(month.mean)
    assert budget.actual == pytest.approx(month.actual)
    assert budget.provisional_actual == pytest.approx(month.provisional_actual)
    assert budget.actual_through == date(2026, 10, 16)
    assert budget.p_breach == 0
    assert budget.breach_date_p50 is None


def test_a_quarter_lies_within_the_horizon(engine: Engine) -> None:
    (budget,) = engine.project_budgets(ALL, budget="search quarter")
    assert (budget.start, budget.end) == (date(2026, 10, 1), date(2027, 1, 1))
    assert budget.breach_date_p10 is not None
    assert budget.breach_date_p50 is not None
    assert budget.start < budget.breach_date_p10 <= budget.breach_date_p50 < budget.end
    assert budget.expected_overrun > 0


def test_a_year_that_began_before_the_ledger_says_so(engine: Engine) -> None:
    (budget,) = engine.project_budgets(ALL, budget="ads year")
    assert budget.flags[0].code == "degraded"
    assert "2026-04-01" in budget.flags[0].reason


def test_beyond_the_horizon_the_last_weeks_are_repeated(outlook: Outlook) -> None:
    rows = select_rows(outlook.snapshot.panel, ALL, team="ads", model=None)
    span = Span(date(2026, 10, 1), date(2027, 10, 1))
    spend = period_spend(outlook, rows, span)
    daily = outlook.daily(rows)
    start = (outlook.snapshot.final_end - span.start).days
    end = start + outlook.reach
    assert np.array_equal(spend.paths[:, start:end], daily.paths)
    assert np.array_equal(spend.paths[:, end : end + 28], daily.paths[:, -28:])
    assert np.array_equal(spend.mean[end + 28 : end + 56], daily.mean[-28:])
    assert spend.final[:start].all()
    assert not spend.final[start:].any()


def test_a_budget_of_a_team_without_spend_holds(outlook: Outlook) -> None:
    nothing = np.array([], dtype=np.intp)
    spend = period_spend(outlook, nothing, Span(date(2026, 10, 1), date(2026, 11, 1)))
    assert not spend.paths.any()
    assert not spend.actual.any()
