"""Prices and what they explain, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.table import Table

from ledger.reconciliation import Costs, ProviderGap
from ledger.retirements import Retirement
from ledger.unpriced import Unpriced

__all__ = ["reconciliation_table", "retirement_table", "unpriced_table"]

#: From this share on a gap stands out: variances of 5 % are what finance asks to be explained.
_WIDE_GAP = Decimal("0.05")


def reconciliation_table(gaps: Sequence[ProviderGap], *, models: bool = False) -> Table:
    """One line per provider and month, with `models` also one per model under it."""
    currency = f" ({gaps[0].currency})" if gaps else ""
    columns = ["month", "usage x price", "gateway", "invoice", "unexplained", "share", "days"]
    table = _table(f"Usage, gateway, invoice{currency}", ["provider / model", *columns, "remarks"])
    for gap in gaps:
        days = f"{gap.days}/{gap.days_of_month}"
        table.add_row(
            gap.provider,
            f"{gap.month:%Y-%m}",
            *_amounts(gap.costs, gap.unpriced_tokens),
            days,
            "; ".join(_remarks(gap)),
            style="red" if _share(gap.costs) >= _WIDE_GAP else None,
        )
        for model in gap.models if models else ():
            table.add_row(
                f"  {model.model}", "", *_amounts(model.costs, model.unpriced_tokens), "", ""
            )
    return table


def unpriced_table(entries: Sequence[Unpriced]) -> Table:
    """Tokens without a price, the most first; with what the price book would have said."""
    names = ["source", "provider", "tier", "tokens of", "tokens", "first", "last"]
    table = _table("Usage without a price", ["model", *names, "by the price book", "why"])
    for one in entries:
        cost = "" if one.book_cost is None else f"{one.book_cost:,.2f} {one.currency}"
        table.add_row(
            one.raw_model or one.model,
            one.source,
            one.provider,
            one.tier,
            one.token_class or "all classes",
            f"{one.tokens:,}",
            f"{one.first_day}",
            f"{one.last_day}",
            cost,
            one.reason,
        )
    return table


def retirement_table(entries: Sequence[Retirement]) -> Table:
    """Models in use that end, the soonest first."""
    names = ["provider", "deprecated", "retires", "days left", "tokens", "cost", "replacement"]
    table = _table("Models on their way out (last 30 days)", ["model", *names, "its cost"])
    for one in entries:
        table.add_row(
            one.model,
            one.provider,
            "yes" if one.deprecated_on is None else f"{one.deprecated_on}",
            "" if one.retires_on is None else f"{one.retires_on}",
            "" if one.days_left is None else str(one.days_left),
            f"{one.tokens:,}",
            _money(one.cost),
            one.replacement or "",
            _money(one.replacement_cost),
            style="red" if (one.days_left or 1) <= 0 else None,
        )
    return table


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for index, name in enumerate(columns):
        table.add_column(name, justify="left" if index == 0 else "right", overflow="fold")
    return table


def _amounts(costs: Costs, unpriced_tokens: int) -> list[str]:
    """The amounts, the gap and its share; where tokens have no price usage is a floor."""
    floor = "≥ " if unpriced_tokens else ""
    return [
        "" if costs.usage is None else floor + _money(costs.usage),
        _money(costs.gateway),
        _money(costs.invoice),
        _money(costs.unexplained),
        "" if costs.unexplained is None else f"{_share(costs):.1%}",
    ]


def _share(costs: Costs) -> Decimal:
    """Size of the gap as a share of the strongest measurement."""
    strongest = next(
        (one for one in (costs.invoice, costs.gateway, costs.usage) if one is not None), None
    )
    if costs.unexplained is None or not strongest:
        return Decimal(0)
    return abs(costs.unexplained / strongest)


def _remarks(gap: ProviderGap) -> list[str]:
    remarks = [f"{measure}: {source}" for measure, source in gap.sources.items()]
    if gap.set_aside:
        remarks.append(f"not compared: {', '.join(gap.set_aside)}")
    if gap.uncompared:
        remarks.append(f"{_money(gap.uncompared)} on other days")
    if gap.other_charges:
        remarks.append(f"{_money(gap.other_charges)} of tax, credits, purchases")
    if gap.unpriced_tokens:
        remarks.append(f"{gap.unpriced_tokens:,} tokens without a price")
    return remarks


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}"
