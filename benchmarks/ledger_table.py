"""The table of a large bill, written into docs/ledger.md: `python -m benchmarks.ledger_table`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.ledger_rows import LedgerRow
from benchmarks.provenance import REPOSITORY
from benchmarks.render import rendered
from benchmarks.results import RESULTS, read_rows

__all__ = ["LEDGER_PAGE", "LEDGER_ROWS", "ledger_tables", "write_ledger_page"]

LEDGER_PAGE = REPOSITORY / "docs" / "ledger.md"
LEDGER_ROWS = RESULTS / "ledger.csv"

_STEPS = {
    "ledger/bill:ingest-csv": "CSV: read, check, store, publish; read and write",
    "ledger/bill:ingest-parquet": "Parquet: the same",
    "ledger/bill:view": "view as of now, cost cells of all dimensions; one sum by day, team, model",
}
_HEAD = "step of Costcast; of DuckDB", "Costcast", "DuckDB", "ratio", "ratio of CPU", "peak", "its"


def ledger_tables(rows: Sequence[LedgerRow]) -> dict[str, str]:
    """Text of the table by the name in its marker."""
    by_key = {(row.task, row.model): row for row in rows}
    lines = [_line(_HEAD), _line(["---", *["---:"] * (len(_HEAD) - 1)])]
    for task, title in _STEPS.items():
        own, bare = by_key[task, "costcast"], by_key[task, "duckdb"]
        cells = [f"{own.seconds:.1f} s", f"{bare.seconds:.1f} s"]
        cells += [f"{own.seconds / bare.seconds:.2f}", f"{own.cpu_seconds / bare.cpu_seconds:.2f}"]
        cells += [f"{own.peak_mb:,.0f} MB", f"{bare.peak_mb:,.0f} MB"]
        lines.append(_line([title, *cells]))
    return {"ledger": "\n".join(lines) + "\n"}


def write_ledger_page(page: Path = LEDGER_PAGE) -> None:
    """Put the committed rows into the page."""
    text = page.read_text(encoding="utf-8")
    tables = ledger_tables(read_rows(LEDGER_ROWS, LedgerRow))
    page.write_text(rendered(text, tables), encoding="utf-8")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    write_ledger_page()
