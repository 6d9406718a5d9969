"""The lines of the finance page: one team's month, so far and at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from insights.periods import period_span
from journal.budgets import Budget, budgets_on
from journal.outcomes import BudgetProjection, FinanceRow
from ledger.scope import Scope
from serving.flags import Remarks
from serving.forecasts import DEFAULT_LEVELS
from serving.outlook import Outlook
from serving.selection import group_rows, visible_rows

__all__ = ["ALL_TEAMS", "finance_rows", "finance_total"]

#: Name of the line over all teams within the scope.
ALL_TEAMS = "all teams"


def finance_rows(
    outlook: Outlook, remarks: Remarks, scope: Scope, projections: Sequence[BudgetProjection]
) -> list[FinanceRow]:
    """One row for each team within the scope that spent or will spend something.

    The budget of a row is the team's own monthly one, where there is one.
    """
    snapshot = outlook.snapshot
    if not snapshot.panel.keys or "team" not in snapshot.panel.keys[0].dimensions:
        return []
    groups = group_rows(snapshot.panel, visible_rows(snapshot.panel, scope), ("team",))
    monthly = _monthly(snapshot.budgets, outlook, projections)
    rows = [
        _row(outlook, remarks, names["team"], members, monthly.get((("team", names["team"]),)))
        for names, members in groups
    ]
    return [row for row in rows if row.actual or row.p50 or row.last_month]


def finance_total(
    outlook: Outlook, remarks: Remarks, scope: Scope, projections: Sequence[BudgetProjection]
) -> FinanceRow:
    """The same over everything within the scope; its budget is the one on all spend."""
    rows = visible_rows(outlook.snapshot.panel, scope)
    monthly = _monthly(outlook.snapshot.budgets, outlook, projections)
    return _row(outlook, remarks, ALL_TEAMS, rows, monthly.get(()))


def _monthly(
    budgets: Sequence[Budget], outlook: Outlook, projections: Sequence[BudgetProjection]
) -> Mapping[tuple[tuple[str, str], ...], BudgetProjection]:
    """Projections of monthly budgets by their scope; of several the first in the file."""
    months = {
        b.budget
        for b in budgets_on(budgets, outlook.snapshot.today)
        if b.period == "month" and b.fiscal_pattern == "months"
    }
    found: dict[tuple[tuple[str, str], ...], BudgetProjection] = {}
    for projection in projections:
        if projection.budget in months:
            found.setdefault(tuple(sorted(projection.scope.items())), projection)
    return found


def _row(
    outlook: Outlook,
    remarks: Remarks,
    team: str,
    rows: NDArray[np.intp],
    budget: BudgetProjection | None,
) -> FinanceRow:
    snapshot = outlook.snapshot
    month = period_span("month", snapshot.today)
    last = period_span("month", month.start - timedelta(days=1))
    last_month = outlook.total(rows, last)
    reached = outlook.reaches(month)
    total = outlook.total(rows, month) if reached else None
    quantiles = total.quantiles(DEFAULT_LEVELS) if total else {}
    p50 = quantiles.get("0.5")
    known = outlook.known.columns(month)
    arrived = outlook.known.arrived[rows, known]
    waiting = ~outlook.known.final[rows, known]
    return FinanceRow(
        snapshot=snapshot.id,
        team=team,
        month=month.start,
        actual=float(arrived.sum()),
        provisional_actual=float(arrived[waiting].sum()),
        p10=quantiles.get("0.1"),
        p50=p50,
        p90=quantiles.get("0.9"),
        budget=None if budget is None else Decimal(budget.amount),
        p_breach=None if budget is None else budget.p_breach,
        last_month=last_month.mean,
        change_on_last_month=_change(p50, last_month.mean),
        currency=snapshot.currency,
        flags=remarks.of(rows),
    )


def _change(p50: float | None, last_month: float) -> float | None:
    return None if p50 is None or last_month <= 0 else p50 / last_month - 1
