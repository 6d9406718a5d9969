"""The ledger on a large bill beside bare DuckDB, in the same run: `python -m benchmarks.ledger`.

A bill is generated into a temporary folder (about 4 GB for 5 million rows). Then, in turn, DuckDB
reads the file and writes it as zstd Parquet, and Costcast reads, checks, stores and publishes it;
DuckDB sums cost by day, team and model, and Costcast gives the cost cells of the view. Every step
runs in a process of its own with two threads. The rows go to `results/ledger.csv`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar, cast

import duckdb

from benchmarks.ledger_bill import write_bill
from benchmarks.ledger_rows import LedgerRow
from benchmarks.ledger_table import LEDGER_ROWS, write_ledger_page
from benchmarks.provenance import REPOSITORY, data_digest, identity, machine
from benchmarks.results import write_rows
from benchmarks.rows import Role
from benchmarks.tasks import Task
from ledger.costs import cost_cells
from ledger.ingest import ingest
from ledger.reference import load_reference
from ledger.store import Ledger
from ledger.view import view_at

__all__ = ["LedgerTask", "main"]

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_OWN = {"threads": 2} | {name: version(name) for name in ("deltalake", "duckdb", "pyarrow")}
_MB = 1024  # of the kilobytes of getrusage on Linux
_COPY = "COPY (SELECT * FROM {0}) TO '{1}' (FORMAT parquet, COMPRESSION zstd)"
_SUMS = """
    SELECT ChargePeriodStart::DATE AS day, Tags->>'$.team' AS team, Tags->>'$.model' AS model,
        sum(EffectiveCost) AS effective_cost
    FROM '{0}' GROUP BY ALL
"""


@dataclass(frozen=True)
class LedgerTask:
    """A bill of `rows` rows, each step `repeats` times; ingests `ingest_repeats` times."""

    family: ClassVar[str] = "ledger"

    name: str
    title: str
    rows: int
    repeats: int = 3
    ingest_repeats: int = 1


@dataclass(frozen=True)
class _Used:
    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class _Step:
    """A piece of work under the name of its row; `fresh` is put away before each repeat."""

    name: str
    model: str
    role: Role
    title: str
    work: Callable[[], object]
    fresh: Path | None = None


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and replace the rows of the results; prints a line for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--ingest-repeats", type=int, default=1)
    parser.add_argument("--to", type=Path, default=LEDGER_ROWS)
    asked = parser.parse_args(arguments)
    task = LedgerTask(
        "ledger/bill", "a generated bill", asked.rows, asked.repeats, asked.ingest_repeats
    )
    with tempfile.TemporaryDirectory(prefix="costcast-ledger-") as name:
        rows = _measured(task, Path(name))
    write_rows(asked.to, LedgerRow, rows)
    if asked.to == LEDGER_ROWS:
        write_ledger_page()


def _measured(task: LedgerTask, folder: Path) -> list[LedgerRow]:
    parquet, csv = folder / "bill.parquet", folder / "bill.csv"
    _in_child(lambda: write_bill(task.rows, parquet, csv))
    digest = data_digest(*map(_sha256, (parquet, csv)))  # and the files are warm now
    rows = []
    for pair, repeats in (
        (_ingests(csv, folder), task.ingest_repeats),
        (_ingests(parquet, folder), task.ingest_repeats),
        (_views(parquet, folder), task.repeats),
    ):
        used: dict[str, list[_Used]] = {}
        for _ in range(repeats):
            for step in pair:
                if step.fresh is not None:
                    shutil.rmtree(step.fresh, ignore_errors=True)
                used.setdefault(step.model, []).append(_in_child(step.work))
        rows += [_row(task, step, digest, used[step.model]) for step in pair]
    return rows


def _ingests(path: Path, folder: Path) -> list[_Step]:
    kind = path.suffix.removeprefix(".")
    reader = "read_csv" if kind == "csv" else "read_parquet"
    ledger = folder / "ledger"
    return [
        _Step(
            f"ingest-{kind}",
            "duckdb",
            "baseline",
            f"read {kind}, write zstd Parquet",
            lambda: _duckdb(_COPY.format(f"{reader}('{path}')", folder / "bare.parquet")),
        ),
        _Step(
            f"ingest-{kind}",
            "costcast",
            "product",
            f"read {kind}, check, store, publish",
            lambda: _ingest(path, ledger),
            fresh=ledger,
        ),
    ]


def _views(parquet: Path, folder: Path) -> list[_Step]:
    return [
        _Step(
            "view",
            "duckdb",
            "baseline",
            "sum by day, team and model of the tags",
            lambda: _duckdb(_SUMS.format(parquet)),
        ),
        _Step(
            "view",
            "costcast",
            "product",
            "view as of a time, cost cells by day, team, model and what else is told apart",
            lambda: _cells(folder / "ledger"),
        ),
    ]


def _duckdb(query: str) -> None:
    with duckdb.connect() as database:
        database.execute("SET threads = 2; SET TimeZone = 'UTC'")
        database.sql(query) if query.startswith("COPY") else database.sql(query).to_arrow_table()


def _ingest(path: Path, ledger: Path) -> None:
    (report,) = ingest([path], Ledger(str(ledger)), now=_NOW, actor_key=b"k" * 32)
    if report.status != "published":
        raise RuntimeError(f"got {report.status}: {report.error}")


def _cells(ledger: Path) -> None:
    reference = load_reference(REPOSITORY / "reference", known_at=_NOW)
    view = view_at(Ledger(str(ledger)), _NOW)
    cost_cells(view, reference, allocation="current", currency="USD")


def _in_child(work: Callable[[], object]) -> _Used:
    """Do the work in a process of its own; this one has no threads when it forks."""
    started = time.perf_counter()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (told, and an exit code of its own)
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"got exit status {status} of a step, wanted 0")
    seconds = time.perf_counter() - started
    return _Used(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / _MB)


def _row(task: LedgerTask, step: _Step, digest: str, used: Sequence[_Used]) -> LedgerRow:
    about = identity(cast(Task, task), step.model, step.role, _OWN, digest)
    row = LedgerRow(
        **(about | {"task": f"{task.name}:{step.name}"}),
        machine=machine(),
        title=step.title,
        rows=task.rows,
        repeats=len(used),
        seconds=statistics.median(one.seconds for one in used),
        cpu_seconds=statistics.median(one.cpu_seconds for one in used),
        peak_mb=max(one.peak_mb for one in used),
    )
    print(
        f"{row.task:24} {row.model:9} {row.seconds:7.2f} s {row.cpu_seconds:7.2f} CPU s "
        f"{row.peak_mb:6.0f} MB",
        flush=True,
    )
    return row


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


if __name__ == "__main__":
    main()
