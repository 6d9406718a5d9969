"""`costcast accounts VERB`: statements, prepaid amounts, and who owns the spend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from costcast.arguments import AsJson, AsOf, State, day_of, moment_of, settings_of
from costcast.listing import show
from costcast.settings import Settings
from insights.periods import PeriodKind, period_name, period_span
from journal.fiscal import FiscalCalendar, Pattern, Weekday, YearEnd
from ledger.problems import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger.amortisation import Prepaid
    from ledger.reference import Reference
    from ledger.view import LedgerView

__all__ = ["accounts_app"]

accounts_app = typer.Typer(
    help="Accounts: accrual and cash, prepaid amounts, owners of the spend.",
    no_args_is_help=True,
)

AsCharged = Annotated[
    bool, typer.Option("--as-charged", help="Owners of each day, not those of today.")
]
GroupBy = Annotated[list[str] | None, typer.Option("--by", help="Dimension of the cost cells.")]


@accounts_app.command()
def statement(  # noqa: PLR0913 (options of a command)
    *,
    view: Annotated[
        Literal["accrual", "cash"], typer.Option(help="What use cost, or what was invoiced.")
    ] = "accrual",
    by: Annotated[
        list[str] | None,
        typer.Option(help="usage_period, invoice_month, charge_kind, team, model, provider, ..."),
    ] = None,
    period: Annotated[PeriodKind, typer.Option(help="Length of a usage period.")] = "month",
    start_month: Annotated[
        int, typer.Option(min=1, max=12, help="First month of the fiscal year.")
    ] = 1,
    pattern: Annotated[Pattern, typer.Option(help="Months, or weeks per quarter.")] = "months",
    week_ends: Annotated[Weekday, typer.Option(help="Of a year of weeks.")] = "saturday",
    year_end: Annotated[
        YearEnd, typer.Option(help="Of a year of weeks: the last such day, or the nearest.")
    ] = "last",
    roll_up: Annotated[
        Literal["team", "parent", "top"], typer.Option(help="Teams under their parents.")
    ] = "team",
    rates_on: Annotated[
        str | None, typer.Option(help="Constant currency: the rates of this day.")
    ] = None,
    as_charged: AsCharged = False,
    state: State = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Sum the accounts by period of use or invoice month, kind of charge, team."""
    from costcast.account_tables import statement_table  # noqa: PLC0415
    from ledger.accounting import CHARGE_KIND, USAGE_PERIOD, account_cells  # noqa: PLC0415
    from ledger.accounting import statement as lines_of  # noqa: PLC0415
    from ledger.hierarchy import roll_up as rolled_up  # noqa: PLC0415
    from ledger.scaling import INVOICE_MONTH  # noqa: PLC0415

    calendar = FiscalCalendar(start_month, pattern, week_ends, year_end)
    settings = settings_of(state)
    ledger, reference, _ = _open(settings, as_of)
    cells = account_cells(
        ledger,
        reference,
        allocation=_allocation(as_charged),
        currency=settings.currency,
        rates_on=day_of(rates_on),
    )
    day = None if as_charged else ledger.data_as_of.date()
    cells = rolled_up(cells, reference.teams, level=roll_up, valid_on=day)
    groups = _groups(
        by, [USAGE_PERIOD, CHARGE_KIND], [USAGE_PERIOD, INVOICE_MONTH, *_text_columns(cells)]
    )

    def first_day(of: date) -> date:
        return period_span(period, of, calendar=calendar).start

    lines = lines_of(cells, view, by=groups, period_of=first_day)
    show(lines, statement_table(lines, lambda of: _period(period, of, calendar)), as_json)


@accounts_app.command()
def prepaid(state: State = None, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List what is paid ahead: commitments, and purchases that rules spread over their term."""
    from costcast.account_tables import commitment_table, prepaid_table  # noqa: PLC0415
    from ledger.commitments import commitment_balances  # noqa: PLC0415

    settings = settings_of(state)
    _, _, purchases = _open(settings, as_of)
    # Of the bill as it came: spread purchases are listed by themselves.
    balances = commitment_balances(_as_delivered(settings, as_of))
    if as_json:
        show([*balances, *purchases], prepaid_table(purchases), as_json)
        return
    show(balances, commitment_table(balances), as_json)
    show(purchases, prepaid_table(purchases), as_json)


@accounts_app.command()
def coverage(
    by: GroupBy = None,
    as_charged: AsCharged = False,
    state: State = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Tell which share of the spend has an owner."""
    from costcast.account_tables import coverage_table  # noqa: PLC0415
    from ledger.costs import cost_cells  # noqa: PLC0415
    from ledger.coverage import coverage as coverage_of  # noqa: PLC0415

    settings = settings_of(state)
    view, reference, _ = _open(settings, as_of)
    cells = cost_cells(
        view, reference, allocation=_allocation(as_charged), currency=settings.currency
    )
    found = coverage_of(cells, by=_groups(by, [], _text_columns(cells)))
    show(found, coverage_table(found), as_json)


@accounts_app.command()
def unallocated(
    limit: Annotated[int, typer.Option(help="How many keys.")] = 20,
    as_charged: AsCharged = False,
    state: State = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the tags and keys by which the most spend without an owner could be taken."""
    from costcast.account_tables import unallocated_table  # noqa: PLC0415
    from ledger.unallocated import largest_unallocated  # noqa: PLC0415

    settings = settings_of(state)
    view, reference, _ = _open(settings, as_of)
    keys = largest_unallocated(
        view,
        reference,
        allocation=_allocation(as_charged),
        currency=settings.currency,
        limit=limit,
    )
    show(keys, unallocated_table(keys), as_json)


@accounts_app.command("dry-run")
def dry_run(
    proposed: Annotated[Path, typer.Argument(help="Folder with the changed reference files.")],
    as_charged: AsCharged = False,
    state: State = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show what a changed allocation.toml or teams.csv would move; nothing is stored."""
    from costcast.account_tables import move_table  # noqa: PLC0415
    from ledger.reallocation import moves  # noqa: PLC0415
    from ledger.reference import load_reference  # noqa: PLC0415

    if not proposed.is_dir():
        raise BadInput("a folder with the changed reference files", got=str(proposed))
    settings = settings_of(state)
    view, reference, _ = _open(settings, as_of)
    changed = load_reference(proposed, known_at=view.data_as_of)
    found = moves(
        view,
        reference,
        changed,
        allocation=_allocation(as_charged),
        currency=settings.currency,
    )
    show(found, move_table(found), as_json)
    if not found and not as_json:
        Console().print("nothing would move")


def _open(
    settings: Settings, as_of: str | None
) -> tuple[LedgerView, Reference, tuple[Prepaid, ...]]:
    """The view as of a time with purchases spread, the rules known then, and what was spread."""
    from ledger.amortisation import amortise  # noqa: PLC0415
    from ledger.reference import load_reference  # noqa: PLC0415

    delivered = _as_delivered(settings, as_of)
    reference = load_reference(settings.reference, known_at=delivered.data_as_of)
    view, spread = amortise(delivered, reference.amortisation)
    return view, reference, spread


def _as_delivered(settings: Settings, as_of: str | None) -> LedgerView:
    from ledger.store import Ledger  # noqa: PLC0415
    from ledger.view import view_at  # noqa: PLC0415

    return view_at(Ledger(settings.ledger), moment_of(as_of))


def _allocation(as_charged: bool) -> Literal["current", "as_charged"]:
    return "as_charged" if as_charged else "current"


def _period(kind: PeriodKind, day: date, calendar: FiscalCalendar) -> str:
    """Name of a period; a month of the calendar year has a name that everybody knows."""
    if kind == "month" and calendar == FiscalCalendar():
        return f"{day:%Y-%m}"
    return period_name(kind, day, calendar)


def _text_columns(cells: pa.Table) -> list[str]:
    return [field.name for field in cells.schema if str(field.type) == "string"]


def _groups(
    asked: Sequence[str] | None, default: Sequence[str], allowed: Sequence[str]
) -> list[str]:
    """What to group by; `currency` is always told apart, so nobody asks for it."""
    names = list(dict.fromkeys(asked or default))
    possible = [name for name in allowed if name != "currency"]
    for name in names:
        if name not in possible:
            raise BadInput(f"one of {', '.join(possible)}", field="by", got=name)
    return names
