"""Where a budget will end: how likely each share of it is passed, when, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from journal.budgets import Budget
from ledger.delivery import Span
from ledger.problems import BadInput

__all__ = ["BudgetOutlook", "PeriodSpend", "ThresholdOutlook", "project_budget"]

#: Float sums of exact money err by less than this part of the currency unit: less is no breach.
_TOLERANCE = 1e-6
#: Per cent of the paths that have breached by the three breach dates.
_BREACH_PERCENT = (10, 50, 90)


@dataclass(frozen=True)
class PeriodSpend:
    """The spend of one scope on the D days of one period, as known and as P paths.

    Parameters
    ----------
    span
        The period.
    currency
        ISO 4217 code of all amounts.
    actual
        [D] what has arrived, 0 where nothing has.
    final
        [D] whether nothing more will arrive; a day that is not final is known only as paths.
    mean
        [D] expected amount of every day; of a final day its actual.
    paths
        [P, D] the same as paths that are tied over days and series.
    """

    span: Span
    currency: str
    actual: NDArray[np.float64]
    final: NDArray[np.bool_]
    mean: NDArray[np.float64]
    paths: NDArray[np.float64]

    def __post_init__(self) -> None:
        days = (self.span.end - self.span.start).days
        for name in ("actual", "final", "mean"):
            if getattr(self, name).shape != (days,):
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, wanted {(days,)}")
        if self.paths.ndim != 2 or self.paths.shape[1] != days or not len(self.paths):
            raise ValueError(f"paths has shape {self.paths.shape}, wanted (P, {days}), P >= 1")
        for name in ("actual", "mean", "paths"):
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"{name} holds NaN or infinity, wanted an amount for every day")


@dataclass(frozen=True)
class ThresholdOutlook:
    """One step of the ladder.

    `p_breach` = share of the paths whose sum passes `amount` (= `share` of the budget);
    `breached_on` = first day on which the final actuals alone have passed it.
    """

    share: Decimal
    amount: float
    p_breach: float
    breached_on: date | None


@dataclass(frozen=True)
class BudgetOutlook:
    """A budget's projection, `journal.outcomes.BudgetProjection` without who asked and where.

    Parameters
    ----------
    actual
        What has arrived, of which `provisional_actual` is not final.
    actual_through
        Last day up to which every day of the period is final.
    projected_mean, projected
        Of the whole period; quantiles by level as text ("0.5").
    thresholds
        One per step of the ladder.
    p_breach
        P(sum of the period > amount).
    breach_dates
        P10, P50, P90 of the first day on which the cumulative sum passes the amount: the first
        day by which that share of all paths has passed it, None where too few ever do.
    expected_overrun
        Mean over paths of max(0, sum - amount), in the currency.
    """

    span: Span
    actual: float
    provisional_actual: float
    actual_through: date | None
    projected_mean: float
    projected: dict[str, float]
    thresholds: tuple[ThresholdOutlook, ...]
    p_breach: float
    breach_dates: tuple[date | None, date | None, date | None]
    expected_overrun: float


def project_budget(
    budget: Budget, spend: PeriodSpend, *, levels: Sequence[float] = (0.1, 0.5, 0.9)
) -> BudgetOutlook:
    """Project one budget over one of its periods.

    Actuals of final days replace whatever the paths say of them. A credit may bring the sum back
    under the amount, so a path may have a breach date and no breach of the period. Raises BadInput
    where budget and spend are in different currencies.
    """
    if budget.currency != spend.currency:
        wanted = f"an amount in {spend.currency}, the currency of the spend"
        raise BadInput(wanted, field=f"currency of budget {budget.budget}", got=budget.currency)
    amount = float(budget.amount)
    daily = np.where(spend.final, spend.actual, spend.paths)
    cumulative = np.cumsum(daily, axis=1)
    total = cumulative[:, -1]
    quantiles = np.quantile(total, levels)
    return BudgetOutlook(
        span=spend.span,
        actual=float(spend.actual.sum()),
        provisional_actual=float(spend.actual[~spend.final].sum()),
        actual_through=_final_through(spend),
        projected_mean=float(np.where(spend.final, spend.actual, spend.mean).sum()),
        projected={f"{level:g}": float(q) for level, q in zip(levels, quantiles, strict=True)},
        thresholds=tuple(_threshold(share, budget.amount, total, spend) for share in budget.ladder),
        p_breach=_share_above(total, amount),
        breach_dates=_breach_dates(cumulative, amount, spend.span),
        expected_overrun=float(np.maximum(total - amount, 0.0).mean()),
    )


def _threshold(
    share: Decimal, budget: Decimal, total: NDArray[np.float64], spend: PeriodSpend
) -> ThresholdOutlook:
    amount = float(share * budget)
    certain = np.cumsum(np.where(spend.final, spend.actual, 0.0))
    passed = np.flatnonzero(certain > amount + _TOLERANCE)
    return ThresholdOutlook(
        share=share,
        amount=amount,
        p_breach=_share_above(total, amount),
        breached_on=spend.span.start + timedelta(days=int(passed[0])) if len(passed) else None,
    )


def _share_above(total: NDArray[np.float64], amount: float) -> float:
    return float((total > amount + _TOLERANCE).mean())


def _final_through(spend: PeriodSpend) -> date | None:
    days = int(np.logical_and.accumulate(spend.final).sum())
    return spend.span.start + timedelta(days=days - 1) if days else None


def _breach_dates(
    cumulative: NDArray[np.float64], amount: float, span: Span
) -> tuple[date | None, date | None, date | None]:
    """Dates by which 10, 50 and 90 % of the paths have passed the amount, counted in integers."""
    passed = np.logical_or.accumulate(cumulative > amount + _TOLERANCE, axis=1).sum(axis=0)  # [D]

    def first(percent: int) -> date | None:
        days = np.flatnonzero(100 * passed >= percent * len(cumulative))
        return span.start + timedelta(days=int(days[0])) if len(days) else None

    early, middle, late = _BREACH_PERCENT
    return first(early), first(middle), first(late)
