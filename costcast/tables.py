"""Outcomes as tables for a terminal; the same values the HTTP routes and the page show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.table import Table

from journal.outcomes import Anomaly, BudgetProjection, CostRow, FinanceRow, Forecast
from ledger.ingest import FileReport

__all__ = [
    "anomaly_table",
    "budget_table",
    "cost_table",
    "finance_table",
    "forecast_table",
    "ingest_table",
]


def finance_table(rows: Sequence[FinanceRow]) -> Table:
    """One line per team: the month so far, where it will end, and against what."""
    month = f"{rows[0].month:%B %Y}" if rows else ""
    table = _table(
        f"Month end per team, {month}",
        ["team", "actual to date", "P10", "P50", "P90", "budget", "P(breach)", "on last month"],
    )
    for row in rows:
        table.add_row(
            row.team,
            _money(row.actual),
            _money(row.p10),
            _money(row.p50),
            _money(row.p90),
            _money(None if row.budget is None else float(row.budget)),
            _share(row.p_breach),
            _change(row.change_on_last_month),
            style="red" if (row.p_breach or 0.0) >= 0.5 else None,
        )
    return table


def budget_table(rows: Sequence[BudgetProjection]) -> Table:
    """One line per budget, the likeliest to break first."""
    table = _table(
        "Budgets",
        ["budget", "period", "amount", "actual", "P50", "P90", "P(breach)", "breaks on", "overrun"],
    )
    for row in sorted(rows, key=lambda row: -row.p_breach):
        table.add_row(
            row.budget,
            f"{row.start:%d %b} to {row.end:%d %b}",
            _money(float(row.amount)),
            _money(row.actual),
            _money(row.projected.get("0.5")),
            _money(row.projected.get("0.9")),
            _share(row.p_breach),
            _day(row.breach_date_p50),
            _money(row.expected_overrun),
            style="red" if row.p_breach >= 0.5 else None,
        )
    return table


def anomaly_table(rows: Sequence[Anomaly]) -> Table:
    """Alerts, the dearest first."""
    table = _table(
        "Abnormal days", ["day", "series", "expected", "actual", "impact", "p-value", "score"]
    )
    for row in sorted(rows, key=lambda row: -abs(row.impact or 0.0)):
        table.add_row(
            f"{row.period_start:%d %b %Y}",
            " / ".join(row.series.values()) or "total",
            _money(row.expected),
            _money(row.actual),
            _money(row.impact),
            "" if row.p_value is None else f"{row.p_value:.4f}",
            "" if row.score is None else f"{row.score:.2f}",
        )
    return table


def forecast_table(rows: Sequence[Forecast]) -> Table:
    """The sums of every forecast: month ends, quarter end, horizon."""
    table = _table("Forecast", ["series", "sum", "known", "P10", "P50", "P90", "flags"])
    for row in rows:
        flags = ", ".join(flag.code for flag in row.flags)
        for total in row.sums:
            table.add_row(
                " / ".join(row.series.values()) or "total",
                total.label,
                _money(total.actual),
                _money(total.quantiles.get("0.1")),
                _money(total.quantiles.get("0.5")),
                _money(total.quantiles.get("0.9")),
                flags,
            )
    return table


def cost_table(rows: Sequence[CostRow]) -> Table:
    """Ledger sums by group."""
    table = _table("Costs", ["group", "cost", "of it provisional", "unpriced rows"])
    for row in sorted(rows, key=lambda row: -row.cost):
        table.add_row(
            " / ".join(row.group.values()) or "total",
            f"{row.cost:,.2f} {row.currency}",
            f"{row.provisional_cost:,.2f}",
            str(row.unpriced_rows),
        )
    return table


def ingest_table(reports: Sequence[FileReport]) -> Table:
    """What became of every file; a refused one with its reason."""
    table = _table("Deliveries", ["file", "status", "format", "rows in", "rows kept", "remarks"])
    for report in reports:
        left_out = [f"{count} {reason}" for reason, count in report.reported.items() if count]
        table.add_row(
            report.file,
            report.status,
            _format(report),
            f"{report.rows_in:,}",
            f"{report.rows_kept:,}",
            "; ".join([report.error] if report.error else [*left_out, *report.notes]),
            style="red" if report.status == "refused" else None,
        )
    return table


def _format(report: FileReport) -> str:
    """The format and how sure that is."""
    if report.reader is None or report.confidence is None:
        return report.reader or ""
    return f"{report.reader} ({report.confidence:.0%})"


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for index, name in enumerate(columns):
        table.add_column(name, justify="left" if index == 0 else "right", overflow="fold")
    return table


def _money(value: float | None) -> str:
    """Whole units: a projection to the cent would promise too much."""
    return "" if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _change(value: float | None) -> str:
    return "" if value is None else f"{value:+.0%}"


def _day(value: date | None) -> str:
    return "" if value is None else f"{value:%d %b}"
