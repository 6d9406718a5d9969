"""Budgets: what people decided to spend, from `reference/budgets.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from journal.fiscal import FiscalCalendar, Pattern, Weekday, YearEnd
from ledger.dated import Dated, contradiction, latest
from ledger.problems import BadInput
from ledger.reference_files import parse_rows, read_csv_rows
from ledger.series import SeriesKey

__all__ = ["DEFAULT_LADDER", "Budget", "budgets_on", "load_budgets"]

#: Shares of the amount to watch where a row names none: half, four fifths, all of it.
DEFAULT_LADDER = (Decimal("0.5"), Decimal("0.8"), Decimal("1.0"))

_DIMENSIONS = frozenset({"team", "model"})
_SCOPES = "nothing (all spend), or such as team=search or team=search/model=gpt-5"


def _scope(value: object) -> object:
    """Dimension to value from the text form of a series key."""
    if not isinstance(value, str):
        return value
    try:
        scope = dict(SeriesKey.parse(value))
    except ValueError:
        raise ValueError(_SCOPES) from None
    if not set(scope) <= _DIMENSIONS or not all(scope.values()):
        raise ValueError(_SCOPES)
    return scope


def _basis(value: object) -> object:
    if value == "billed":
        raise ValueError("effective; budgets on billed cost are not projected yet")
    return value


def _amount(value: object) -> Decimal:
    """Money as written; infinity is a Decimal too, but no amount."""
    try:
        amount = Decimal(str(value))
    except ArithmeticError:
        raise ValueError("a decimal number above zero") from None
    if not amount.is_finite() or amount <= 0:
        raise ValueError("a decimal number above zero")
    return amount


def _ladder(value: object) -> object:
    parts = value.split(";") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("shares such as 0.5;0.8;1.0")
    shares = tuple(_amount(part) for part in parts)
    if not shares or any(low >= high for low, high in pairwise(shares)):
        raise ValueError("increasing shares such as 0.5;0.8;1.0")
    return shares


class Budget(Dated):
    """One budget as decided: one row of the file, dated as every reference row is.

    Parameters
    ----------
    budget
        Its name; rows of one name are versions of one budget.
    scope
        Dimension to value ({"team": "search"}); empty = all spend.
    basis
        "effective" cost; "billed" is refused until its projection exists.
    period, fiscal_start_month
        How long one amount lasts, and the month in which the fiscal year begins (1 to 12).
    fiscal_pattern, fiscal_week_ends, fiscal_year_end
        Calendar months, or a year of whole weeks (4-4-5 and kin) and where it ends; a month is
        then a period of that year.
    amount, currency
        Exact money per period, ISO 4217.
    ladder
        Increasing shares of the amount to watch.
    """

    budget: str
    scope: Annotated[dict[str, str], BeforeValidator(_scope)] = Field(default_factory=dict)
    basis: Annotated[Literal["effective"], BeforeValidator(_basis)] = "effective"
    period: Literal["month", "quarter", "year"]
    fiscal_start_month: int = Field(default=1, ge=1, le=12)
    fiscal_pattern: Pattern = "months"
    fiscal_week_ends: Weekday = "saturday"
    fiscal_year_end: YearEnd = "last"
    amount: Annotated[Decimal, BeforeValidator(_amount)]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    ladder: Annotated[tuple[Decimal, ...], BeforeValidator(_ladder)] = DEFAULT_LADDER

    @property
    def calendar(self) -> FiscalCalendar:
        """The fiscal calendar whose periods the amount is for."""
        return FiscalCalendar(
            start_month=self.fiscal_start_month,
            pattern=self.fiscal_pattern,
            week_ends=self.fiscal_week_ends,
            year_end=self.fiscal_year_end,
        )


def load_budgets(path: Path, *, known_at: datetime) -> list[Budget]:
    """Budgets known at T (aware UTC), in the order of the file; no file means no budgets.

    Raises BadInput naming file, data row and field, also for two rows of one budget that hold on
    one day and were decided at the same time, so that neither replaces the other.
    """
    budgets = parse_rows(Budget, read_csv_rows(path), path)
    for name in {budget.budget for budget in budgets}:
        rows = [row for row, budget in enumerate(budgets) if budget.budget == name]
        found = contradiction([budgets[row] for row in rows])
        if found is not None:
            earlier, later = (rows[place] + 1 for place in found)
            wanted = f"other days, or another known_at, than the same budget in row {earlier}"
            raise BadInput(wanted, file=path, row=later, field="budget", got=name)
    return [budget for budget in budgets if budget.known_by(known_at)]


def budgets_on(budgets: Sequence[Budget], day: date) -> list[Budget]:
    """One row per budget that holds on a UTC day, the one decided last, in the file's order."""
    names = dict.fromkeys(budget.budget for budget in budgets)
    found = (latest([row for row in budgets if row.budget == name], day) for name in names)
    return [budget for budget in found if budget is not None]
