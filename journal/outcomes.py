"""What Costcast says, as frozen values. HTTP, batch and notebooks hand out these and no others.

`None` = not measured; an empty list = measured, nothing found. Every outcome carries the id of the
snapshot it was computed from. Means and paths add up; quantiles do not.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = [
    "Anomaly",
    "BudgetProjection",
    "CostRow",
    "Driver",
    "FinanceRow",
    "Flag",
    "FlagCode",
    "Forecast",
    "ForecastPoint",
    "ForecastSum",
    "Outcome",
    "RatioReading",
    "ThresholdProbability",
]

FlagCode = Literal["degraded", "insufficient_history", "stale", "unpriced", "provisional", "ended"]


class Outcome(BaseModel):
    """Base of all outcomes: frozen, and nothing undeclared gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Flag(Outcome):
    """An honest remark: why a number is worth less, and what would lift the remark."""

    code: FlagCode
    reason: str
    lifted_by: str


class ForecastPoint(Outcome):
    """One period: mean and quantiles (level as text, "0.5", to value), in the series' currency."""

    period_start: date
    mean: float
    quantiles: dict[str, float]


class ForecastSum(Outcome):
    """The sum over `[start, end)`: days already known as actuals plus forecast days.

    `actual` is the known part (`provisional_actual` of it is not final yet), `mean` and
    `quantiles` are of the whole sum.
    """

    label: str
    start: date
    end: date
    actual: float
    provisional_actual: float
    mean: float
    quantiles: dict[str, float]


class Forecast(Outcome):
    """Forecast of one series, or of the sum of several, as of one snapshot."""

    snapshot: str
    unique_id: str
    series: dict[str, str]
    measure: str
    currency: str | None
    vintage: datetime  # T of the view the forecaster was fitted on
    points: list[ForecastPoint]
    sums: list[ForecastSum]
    flags: list[Flag]
    method: str
    weights: dict[str, float] | None
    content_hash: str


class Driver(Outcome):
    """A part of a change of cost ("volume", "price", ...), exact."""

    part: str
    amount: Decimal


class RatioReading(Outcome):
    """A ratio before and now, and the least and greatest of the single days before."""

    name: str
    before: float
    after: float
    low: float
    high: float


class Anomaly(Outcome):
    """One scored cell: actual against expected, with the evidence.

    `drivers` are the parts of the impact and `cause` what most likely happened, in a label and a
    sentence; None where the ledger's quantities of the day are not known. `q_value` is the false
    discovery rate at which the cell is a discovery among its night's tests, None for a value that
    no night tested; `ratios` are those that a live point states, None where it states none.
    """

    snapshot: str
    unique_id: str
    series: dict[str, str]
    period_start: date
    actual: float
    expected: float | None
    lower: float | None
    upper: float | None
    impact: float | None  # actual - expected, in the currency
    currency: str | None
    score: float | None  # higher = stranger
    p_value: float | None
    alert: bool
    flags: list[Flag]
    cause: str | None = None
    cause_text: str | None = None
    drivers: list[Driver] | None = None
    q_value: float | None = None
    ratios: list[RatioReading] | None = None


class ThresholdProbability(Outcome):
    """P(sum of the period > threshold), the threshold as a share of the budget and as money."""

    share: float
    amount: float
    p_breach: float
    breached_on: date | None  # day on which actuals alone passed it


class BudgetProjection(Outcome):
    """Where a budget stands and where it will end.

    Breach dates are quantiles of the first day on which the cumulative sum passes the amount,
    None where that quantile of the paths does not breach within the period.
    """

    snapshot: str
    budget: str
    scope: dict[str, str]
    basis: Literal["effective", "billed"]
    start: date
    end: date
    amount: Decimal
    currency: str
    actual: float
    provisional_actual: float
    actual_through: date | None
    projected_mean: float
    projected: dict[str, float]
    thresholds: list[ThresholdProbability]
    p_breach: float
    breach_date_p10: date | None
    breach_date_p50: date | None
    breach_date_p90: date | None
    expected_overrun: float
    flags: list[Flag]


class CostRow(Outcome):
    """Sum of the ledger over a group, exact."""

    snapshot: str
    group: dict[str, str]
    start: date
    end: date
    cost: Decimal
    currency: str
    provisional_cost: Decimal
    unpriced_rows: int
    rows: int


class FinanceRow(Outcome):
    """A line of the finance page: one team's month."""

    snapshot: str
    team: str
    month: date
    actual: float
    provisional_actual: float
    p10: float | None
    p50: float | None
    p90: float | None
    budget: Decimal | None
    p_breach: float | None
    last_month: float
    change_on_last_month: float | None  # p50 / last month - 1
    currency: str
    flags: list[Flag]
