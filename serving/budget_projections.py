"""Budget outcomes: each budget in force, projected over the paths of its own series."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from insights.budgets import BudgetOutlook, PeriodSpend, project_budget
from insights.periods import period_span
from journal.budgets import Budget, budgets_on
from journal.outcomes import BudgetProjection, Flag, ThresholdProbability
from ledger.delivery import Span
from ledger.panel import Panel
from ledger.scope import Scope
from serving.flags import Remarks
from serving.forecasts import DEFAULT_LEVELS
from serving.outlook import Outlook

__all__ = ["period_spend", "project_budgets"]

#: Beyond the forecaster's horizon its last whole weeks, four at most, are repeated.
_REPEATED_WEEKS = 4
_WEEK_DAYS = 7


def project_budgets(outlook: Outlook, remarks: Remarks, scope: Scope) -> list[BudgetProjection]:
    """Projections of the budgets in force today that the asker may see, in the file's order.

    A budget on one team is for those who see the team, a budget over teams for those who see all.
    """
    snapshot = outlook.snapshot
    return [
        _projection(outlook, remarks, budget)
        for budget in budgets_on(snapshot.budgets, snapshot.today)
        if scope.teams is None or budget.scope.get("team") in scope.teams
    ]


def _projection(outlook: Outlook, remarks: Remarks, budget: Budget) -> BudgetProjection:
    snapshot = outlook.snapshot
    rows = _rows_of(snapshot.panel, budget.scope)
    span = period_span(budget.period, snapshot.today, calendar=budget.calendar)
    result = project_budget(budget, period_spend(outlook, rows, span), levels=DEFAULT_LEVELS)
    early, middle, late = result.breach_dates
    return BudgetProjection(
        snapshot=snapshot.id,
        budget=budget.budget,
        scope=budget.scope,
        basis=budget.basis,
        start=span.start,
        end=span.end,
        amount=budget.amount,
        currency=budget.currency,
        actual=result.actual,
        provisional_actual=result.provisional_actual,
        actual_through=result.actual_through,
        projected_mean=result.projected_mean,
        projected=result.projected,
        thresholds=_thresholds(result),
        p_breach=result.p_breach,
        breach_date_p10=early,
        breach_date_p50=middle,
        breach_date_p90=late,
        expected_overrun=result.expected_overrun,
        flags=[*_limits(outlook, span), *remarks.of(rows)],
    )


def period_spend(outlook: Outlook, rows: NDArray[np.intp], span: Span) -> PeriodSpend:
    """Spend of these rows of the panel on every day of a period.

    A day is final where every series is. Days before the ledger begins count as nothing, days
    beyond the horizon as the last whole weeks of the forecast again.
    """
    known = outlook.known
    days = (span.end - span.start).days
    first = (known.first_day - span.start).days  # day of the period on which the ledger begins
    columns = known.columns(span)
    begin, count = max(first, 0), columns.stop - columns.start
    actual, final = np.zeros(days), np.zeros(days, dtype=np.bool_)
    final[: max(first, 0)] = True
    actual[begin : begin + count] = known.arrived[rows, columns].sum(axis=0)
    final[begin : begin + count] = known.final[rows, columns].all(axis=0)
    final[max((outlook.snapshot.final_end - span.start).days, 0) :] = False
    daily = outlook.daily(rows)
    mean, paths = np.zeros(days), np.zeros((len(daily.paths), days))
    settled = known.settled[rows, columns].sum(axis=0)
    mean[begin : begin + len(settled)] = settled
    paths[:, begin : begin + len(settled)] = settled
    steps = _forecast_steps(outlook, span)
    if len(steps):
        mean[days - len(steps) :] = daily.mean[steps]
        paths[:, days - len(steps) :] = daily.paths[:, steps]
    return PeriodSpend(span, outlook.snapshot.currency, actual, final, mean, paths)


def _forecast_steps(outlook: Outlook, span: Span) -> NDArray[np.intp]:
    """Steps of the forecast that fall on the last days of the period, repeated beyond the end."""
    start, end = ((day - outlook.snapshot.final_end).days for day in (span.start, span.end))
    steps = np.arange(max(start, 0), max(end, 0))
    weeks = min(outlook.reach // _WEEK_DAYS, _REPEATED_WEEKS)
    repeated = weeks * _WEEK_DAYS or outlook.reach
    last = outlook.reach - repeated
    beyond = steps >= outlook.reach
    steps[beyond] = last + (steps[beyond] - outlook.reach) % repeated
    return steps


def _limits(outlook: Outlook, span: Span) -> list[Flag]:
    """What of the period is neither known nor forecast."""
    flags = []
    if span.end > outlook.end:
        reason = f"the days from {outlook.end} on repeat the last weeks of the forecast"
        flags.append(Flag(code="degraded", reason=reason, lifted_by="the end coming nearer"))
    if span.start < outlook.known.first_day:
        reason = f"the ledger begins on {outlook.known.first_day}, days before count as nothing"
        flags.append(Flag(code="degraded", reason=reason, lifted_by="earlier deliveries"))
    return flags


def _rows_of(panel: Panel, scope: Mapping[str, str]) -> NDArray[np.intp]:
    """Rows of the series that a budget is about; a team that spends nothing has none."""
    rows = [
        row
        for row, key in enumerate(panel.keys)
        if all(key.get(name) == value for name, value in scope.items())
    ]
    return np.array(rows, dtype=np.intp)


def _thresholds(result: BudgetOutlook) -> list[ThresholdProbability]:
    return [
        ThresholdProbability(
            share=float(step.share),
            amount=step.amount,
            p_breach=step.p_breach,
            breached_on=step.breached_on,
        )
        for step in result.thresholds
    ]
