"""An explanation as tables for a terminal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from rich.table import Table

from insights.driver_parts import PART_WORDS
from journal.explanations import Explanation
from ledger.series import NONE

__all__ = ["explanation_tables"]

#: Lines and values shown; JSON has them all.
_SHOWN = 8
_CENT = Decimal("0.01")


def explanation_tables(found: Explanation) -> list[str | Table]:
    """What happened in a sentence, the drivers, who and where, and similar days."""
    name = " / ".join(found.series.values()) or "everything"
    against = (
        "what was expected"
        if found.is_expected
        else f"{_span(found.before_start, found.before_end)}"
    )
    head = (
        f"{name}, {_span(found.start, found.end)}: {found.after:,.2f} {found.currency} against "
        f"{found.before:,.2f} ({against}), {found.change:+,.2f}\n{found.cause_text} "
        f"({found.cause}: {'; '.join(found.evidence)})"
    )
    shown: list[str | Table] = [head, _drivers(found)]
    if found.attribution:
        shown.append(_attribution(found))
    if found.similar:
        shown.append(_similar(found))
    return shown


def _drivers(found: Explanation) -> Table:
    table = Table("driver", "amount", title="Drivers", title_justify="left", show_footer=True)
    table.columns[1].justify = "right"
    for driver in found.drivers:
        if abs(driver.amount) >= _CENT:
            table.add_row(PART_WORDS[driver.part], f"{driver.amount:+,.2f}")
    table.columns[0].footer, table.columns[1].footer = "change", f"{found.change:+,.2f}"
    return table


def _attribution(found: Explanation) -> Table:
    table = Table("of", "value", "before", "after", "change", title="Who and where")
    table.title_justify = "left"
    for column in table.columns[2:]:
        column.justify = "right"
    named = [one for one in found.attribution if one.value != NONE]
    dearest = sorted(named, key=lambda one: -abs(one.change))
    for one in dearest[:_SHOWN]:
        amounts = (f"{one.before:,.2f}", f"{one.after:,.2f}", f"{one.change:+,.2f}")
        table.add_row(one.dimension.replace("_", " "), one.value, *amounts)
    return table


def _similar(found: Explanation) -> Table:
    table = Table("day", "series", "cause", "impact", title="Similar days before")
    table.title_justify = "left"
    for one in found.similar:
        impact = "" if one.impact is None else f"{one.impact:+,.0f}"
        name = " / ".join(one.series.values())
        table.add_row(f"{one.period_start:%d %b %Y}", name, one.cause, impact)
    return table


def _span(start: date, end: date) -> str:
    last = end - timedelta(days=1)
    return f"{start:%d %b %Y}" if start == last else f"{start:%d %b} to {last:%d %b %Y}"
