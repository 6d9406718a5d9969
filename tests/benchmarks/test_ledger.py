"""The committed figures of the ledger keep its promises, and the program still makes such rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.ledger_rows import LedgerRow
from benchmarks.ledger_table import LEDGER_PAGE, ledger_tables
from benchmarks.ledger_table import LEDGER_ROWS as COMMITTED
from benchmarks.render import between_markers
from benchmarks.results import read_rows, write_rows

INGESTS = ("ledger/bill:ingest-csv", "ledger/bill:ingest-parquet")
VIEW = "ledger/bill:view"
STEPS = (*INGESTS, VIEW)


def _by_step(path: Path) -> dict[tuple[str, str], LedgerRow]:
    return {(row.task, row.model): row for row in read_rows(path, LedgerRow)}


@pytest.mark.parametrize("step", STEPS)
def test_a_large_bill_takes_at_most_twice_what_bare_duckdb_takes(step: str) -> None:
    rows = _by_step(COMMITTED)
    product, bare = rows[step, "costcast"], rows[step, "duckdb"]
    assert product.rows == bare.rows == 5_000_000
    assert (product.data, product.commit) == (bare.data, bare.commit)
    assert product.cpu_seconds <= 2 * bare.cpu_seconds
    assert product.seconds <= 2 * bare.seconds
    assert product.peak_mb < 2_048


def test_the_file_is_as_the_program_writes_it(tmp_path: Path) -> None:
    write_rows(tmp_path / "ledger.csv", LedgerRow, read_rows(COMMITTED, LedgerRow))
    assert (tmp_path / "ledger.csv").read_bytes() == COMMITTED.read_bytes()


def test_the_page_shows_the_rows() -> None:
    shown = between_markers(LEDGER_PAGE.read_text(encoding="utf-8"))
    tables = ledger_tables(read_rows(COMMITTED, LedgerRow))
    assert shown == tables, "run: python -m benchmarks.ledger_table"


def test_a_small_bill_gives_all_rows(tmp_path: Path, repository: Path) -> None:
    """In a process of its own: it forks, which one that has used Delta must not."""
    asked = ["--rows", "3000", "--repeats", "1", "--to", str(tmp_path / "small.csv")]
    command = [sys.executable, "-m", "benchmarks.ledger", *asked]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = _by_step(tmp_path / "small.csv")
    assert set(rows) == {(step, model) for step in STEPS for model in ("costcast", "duckdb")}
    assert len(done.stdout.splitlines()) == len(rows)
