"""Scored points as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from journal.outcomes import Anomaly

__all__ = ["score_table"]


def score_table(rows: Sequence[Anomaly]) -> Table:
    """Every point in the order asked, with what its ratios say."""
    names = ["day", "series", "expected", "actual", "p-value", "alert", "ratios", "flags"]
    table = Table(*names, title="Scored points")
    for row in rows:
        ratios = [
            f"{one.name.replace('_', ' ')} {one.after:,.4g} (usually {one.before:,.4g})"
            for one in row.ratios or ()
        ]
        table.add_row(
            f"{row.period_start:%d %b %Y}",
            " / ".join(row.series.values()),
            _money(row.expected),
            _money(row.actual),
            "" if row.p_value is None else f"{row.p_value:.4f}",
            "yes" if row.alert else "no",
            "\n".join(ratios),
            ", ".join(flag.code for flag in row.flags),
            style="red" if row.alert else None,
        )
    for column in table.columns[2:5]:
        column.justify = "right"
    return table


def _money(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"
