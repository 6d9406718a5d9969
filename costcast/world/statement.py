"""The bill as it stood on a morning: every row of a billing period, as far as it arrived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from costcast.world import arrival, focus_rows
from costcast.world.bill import Bill, Line
from costcast.world.calendar import FIRST_DAY, LAST_DAY, index_of, month_after
from costcast.world.focus_resources import Row
from costcast.world.mistakes import CORRECTION, DOUBLE_BILLING
from costcast.world.prices import RESERVED_PRICE, SUPPORT_FEE, contracted
from costcast.world.runs import Run, longest, parts

__all__ = ["CLOSED_DAYS", "Charge", "statement"]

#: For so many days after its end a billing period is still sent again.
CLOSED_DAYS = 5
#: The invoice, and with it its number, comes out on this day of the next month.
_INVOICED_ON = 3


@dataclass(frozen=True)
class Charge:
    """One row with its exact effective and billed pico-dollars."""

    row: Row
    effective: int
    billed: int


def statement(bill: Bill, month: date, delivered_on: date) -> list[Charge]:
    """Rows of a billing period in the delivery of a morning; none while it has no whole day."""
    charges = list(_use(bill, month, delivered_on))
    if CORRECTION.booked_in == month and delivered_on >= CORRECTION.first_delivered:
        charges.append(_corrected(bill))
    if not charges:
        return []
    charges.append(Charge(focus_rows.support(month), SUPPORT_FEE, SUPPORT_FEE))
    row, amount = focus_rows.tax(month, sum(charge.billed for charge in charges))
    charges.append(Charge(row, amount, amount))
    if delivered_on >= month_after(month).replace(day=_INVOICED_ON):
        for charge in charges:
            charge.row["InvoiceId"] = f"EINV-{month:%Y%m}-0001"
    return charges


def _use(bill: Bill, month: date, delivered_on: date) -> Iterator[Charge]:
    day = max(month, FIRST_DAY)
    last = min(month_after(month), delivered_on) - timedelta(days=1)
    while day <= min(last, LAST_DAY):
        state = arrival.state_at((delivered_on - day).days)
        for line in bill.lines:
            yield from _line(line, day, state, delivered_on)
        yield from _reservation(bill, day, state)
        day += timedelta(days=1)


def _line(line: Line, day: date, state: int, delivered_on: date) -> Iterator[Charge]:
    column = index_of(day)
    reserved = int(line.reserved[state, column])
    own = int(line.quantity[state, column]) - reserved
    list_price = int(line.list_price[column])
    if (
        line.name == DOUBLE_BILLING.line
        and day in DOUBLE_BILLING.days
        and delivered_on < DOUBLE_BILLING.mended
    ):
        own += own + reserved
    if reserved:
        row = focus_rows.charge(line, day, reserved, list_price, reserved=True)
        yield Charge(row, reserved * RESERVED_PRICE, 0)
    for run, part in _resources(line, column, own):
        row = focus_rows.charge(line, day, part, list_price, reserved=False, run=run)
        amount = part * contracted(list_price)
        yield Charge(row, amount, amount)


def _resources(line: Line, column: int, quantity: int) -> Iterator[tuple[Run | None, int]]:
    """A line's quantity by resource: its training runs, or the line itself; nothing of nothing."""
    whole = parts(line.runs, column, quantity) if line.runs else [(None, quantity)]
    return ((run, part) for run, part in whole if part)


def _reservation(bill: Bill, day: date, state: int) -> Iterator[Charge]:
    bought = int(bill.bought[state, index_of(day)])
    left = int(bill.unused[state, index_of(day)])
    if bought:
        yield Charge(focus_rows.purchase(day, bought), 0, bought * RESERVED_PRICE)
    if left:
        yield Charge(focus_rows.unused(day, left), left * RESERVED_PRICE, 0)


def _corrected(bill: Bill) -> Charge:
    line = next(line for line in bill.lines if line.name == CORRECTION.line)
    column = index_of(CORRECTION.day)
    price, run = int(line.list_price[column]), longest(line.runs, column)
    row = focus_rows.correction(
        line, CORRECTION.day, CORRECTION.hours, price, CORRECTION.booked_in, run
    )
    amount = -CORRECTION.hours * contracted(price)
    return Charge(row, amount, amount)
