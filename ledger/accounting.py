"""The ledger as accounts: accrual and cash apart, kinds of charges, months of use and of invoice.

Accrual is what the use of a period cost (`effective_cost`), cash is what was invoiced
(`billed_cost`). Every figure says which it is, and no sum holds both: a purchase of capacity is
cash of its own month and accrues over the use it pays for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ledger.allocation import assign_rows
from ledger.costs import cells_under
from ledger.demand import is_unused
from ledger.groups import sum_by
from ledger.reference import Reference
from ledger.scaling import INVOICE_MONTH
from ledger.view import LedgerView

__all__ = [
    "CHARGE_KIND",
    "COST_VIEWS",
    "USAGE_PERIOD",
    "AccountLine",
    "CostView",
    "account_cells",
    "charge_kinds",
    "invoice_months",
    "month_of",
    "statement",
]

CostView = Literal["accrual", "cash"]
#: The measure of each view of the accounts.
COST_VIEWS: Mapping[CostView, str] = {"accrual": "effective_cost", "cash": "billed_cost"}

#: Column of `account_cells`: what a charge is for.
CHARGE_KIND = "charge_kind"
#: Name under which a statement groups by the period of use.
USAGE_PERIOD = "usage_period"


@dataclass(frozen=True)
class AccountLine:
    """Money of one group of a statement.

    `group` maps what the statement was asked to tell apart to its value: a date (first day of the
    period) or text; an `invoice_month` of None = no invoice has it. `amount` None = nobody said.
    """

    cost_view: CostView
    group: Mapping[str, date | str | None]
    amount: Decimal | None
    currency: str
    rows: int


def charge_kinds(rows: pa.Table) -> pa.Array[Any]:
    """[R] what each row of `usage_cost` is for.

    usage, unused_commitment (paid capacity nobody used), commitment_purchase, recurring_purchase
    (monthly fees), one_time_purchase, tax, credit, adjustment. A correction keeps the kind of what
    it corrects.
    """
    usage = pc.if_else(is_unused(rows), "unused_commitment", "usage")
    is_recurring = pc.equal(rows["charge_frequency"], pa.scalar("recurring"))
    purchase = pc.if_else(
        pc.is_valid(rows["commitment_id"]),
        "commitment_purchase",
        pc.if_else(
            pc.fill_null(is_recurring, pa.scalar(False)), "recurring_purchase", "one_time_purchase"
        ),
    )
    category = rows["charge_category"]
    other = pc.if_else(pc.equal(category, pa.scalar("purchase")), purchase, category)
    kinds = pc.if_else(pc.equal(category, pa.scalar("usage")), usage, other)
    column: pa.Array[Any] = kinds.combine_chunks()
    return column


def invoice_months(rows: pa.Table) -> pa.Array[Any]:
    """[R] first day of the month each row was invoiced in; null where no invoice has it.

    A correction of September in the bill of October is of the invoice month October. Usage reports
    and gateways are no invoices.
    """
    months = pc.floor_temporal(rows["billing_period_start"], unit="month")
    column: pa.Array[Any] = pc.cast(months, pa.date32()).combine_chunks()
    return column


def account_cells(
    view: LedgerView,
    reference: Reference,
    *,
    allocation: Literal["current", "as_charged"],
    currency: str,
    rates_on: date | None = None,
) -> pa.Table:
    """Cost cells (`ledger.costs.cost_cells`) told apart by `charge_kind` and `invoice_month` too.

    What a basis rule gives a part from a later invoice is in that invoice's month.
    """
    day = view.data_as_of.date() if allocation == "current" else None
    owned = assign_rows(view.rows, reference.allocation, reference.teams, valid_on=day)
    labels: dict[str, pa.Array[Any]] = {
        CHARGE_KIND: charge_kinds(view.rows),
        INVOICE_MONTH: invoice_months(view.rows),
    }
    return cells_under(view, reference, owned, currency=currency, rates_on=rates_on, labels=labels)


def month_of(day: date) -> date:
    """First day of the calendar month of a day."""
    return day.replace(day=1)


def statement(
    cells: pa.Table,
    cost_view: CostView,
    *,
    by: Sequence[str] = (USAGE_PERIOD, CHARGE_KIND),
    period_of: Callable[[date], date] = month_of,
) -> list[AccountLine]:
    """Sums of the account cells in one view of the accounts, sorted by group.

    Parameters
    ----------
    by
        `usage_period`, `invoice_month`, `charge_kind`, or a dimension of the cells ("team").
        By period of use every amount is restated to when it was used; by invoice month it stands
        where it was invoiced.
    period_of
        First day of the period of a day of use; default the calendar month.
    """
    measure = COST_VIEWS[cost_view]
    days: list[Any] = cells["day"].unique().to_pylist()
    starts = pa.array([period_of(day) for day in days], pa.date32())
    number = pc.index_in(cells["day"], value_set=pa.array(days, pa.date32()))
    dated = cells.append_column(USAGE_PERIOD, pc.take(starts, number))
    sums = sum_by(dated, [*by, "currency"], [measure, "rows"]).to_pylist()
    lines = [
        AccountLine(
            cost_view=cost_view,
            group={name: line[name] for name in by},
            amount=line[measure],
            currency=line["currency"],
            rows=line["rows"],
        )
        for line in sums
    ]
    return sorted(lines, key=lambda line: [str(line.group[name]) for name in by])
