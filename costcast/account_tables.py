"""Statements, prepaid amounts and owners as tables for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from rich.table import Table

from ledger.accounting import USAGE_PERIOD, AccountLine
from ledger.amortisation import Prepaid
from ledger.commitments import CommitmentBalance
from ledger.coverage import Coverage
from ledger.reallocation import Move
from ledger.unallocated import UnallocatedKey

__all__ = [
    "commitment_table",
    "coverage_table",
    "move_table",
    "prepaid_table",
    "statement_table",
    "unallocated_table",
]

_VIEWS = {"accrual": "Accrual: what the use cost", "cash": "Cash: what was invoiced"}


def statement_table(lines: Sequence[AccountLine], name_of: Callable[[date], str]) -> Table:
    """One line per group and the total; `name_of` names a period of use by its first day."""
    first = lines[0] if lines else None
    title = "Nothing in the ledger" if first is None else f"{_VIEWS[first.cost_view]}"
    currency = "" if first is None else f" ({first.currency})"
    table = _table(f"{title}{currency}", [*(first.group if first else ["group"]), "amount", "rows"])
    total = Decimal(0)
    for line in lines:
        total += line.amount or Decimal(0)
        names = [_name(name, value, name_of) for name, value in line.group.items()]
        amount = "not stated" if line.amount is None else _money(line.amount)
        table.add_row(*names, amount, f"{line.rows:,}")
    if first is not None:
        blanks = [""] * (len(first.group) - 1)
        table.add_row("total", *blanks, _money(total), "", style="bold")
    return table


def commitment_table(balances: Sequence[CommitmentBalance]) -> Table:
    """One line per commitment: paid, used, idle, left."""
    names = ["source", "account", "purchased", "used", "unused", "remaining", "", "remarks"]
    table = _table("Paid ahead, by commitment", ["commitment", *names])
    for one in balances:
        table.add_row(
            one.commitment_id or "(none)",
            one.source,
            one.account,
            _money(one.purchased),
            _money(one.used),
            _money(one.unused),
            _money(one.remaining),
            one.currency,
            "the purchase is expensed too: accrual counts it twice" if one.is_counted_twice else "",
            style="red" if one.is_counted_twice else None,
        )
    return table


def prepaid_table(purchases: Sequence[Prepaid]) -> Table:
    """One line per purchase that a rule spreads over its term."""
    names = ["source", "account", "from", "to", "amount", "accrued", "deferred", ""]
    table = _table("Purchases spread by amortisation.toml", ["rule", *names])
    for one in purchases:
        table.add_row(
            one.rule,
            one.source,
            one.account,
            f"{one.term.start}",
            f"{one.term.end}",
            _money(one.amount),
            _money(one.accrued),
            _money(one.deferred),
            one.currency,
        )
    return table


def coverage_table(found: Sequence[Coverage]) -> Table:
    """The share of the spend that has an owner, per group."""
    names = list(found[0].group) if found and found[0].group else []
    columns = [*names, "allocated", "unallocated", "", "share allocated"]
    table = _table("Spend with an owner", columns)
    for one in found:
        share = "no money" if one.share is None else f"{one.share:.1%}"
        amounts = (_money(one.allocated), _money(one.unallocated), one.currency)
        table.add_row(*one.group.values(), *amounts, share)
    return table


def unallocated_table(keys: Sequence[UnallocatedKey]) -> Table:
    """What a rule could take the most spend by."""
    table = _table(
        "Largest spend without an owner (keys overlap)", ["key", "value", "amount", "", "rows"]
    )
    for one in keys:
        table.add_row(one.key, one.value, _money(one.amount), one.currency, f"{one.rows:,}")
    return table


def move_table(moves: Sequence[Move]) -> Table:
    """What changed rules would move between teams."""
    table = _table("What would move", ["from", "to", "amount", "", "rows"])
    for one in moves:
        amount = _money(one.amount)
        table.add_row(one.from_team, one.to_team, amount, one.currency, f"{one.rows:,}")
    return table


def _name(name: str, value: date | str | None, name_of: Callable[[date], str]) -> str:
    if value is None:
        return "not invoiced"
    if isinstance(value, date):
        return name_of(value) if name == USAGE_PERIOD else f"{value:%Y-%m}"
    return value


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for index, name in enumerate(columns):
        table.add_column(name, justify="left" if index == 0 else "right", overflow="fold")
    return table


def _money(value: Decimal) -> str:
    return f"{value:,.2f}"
