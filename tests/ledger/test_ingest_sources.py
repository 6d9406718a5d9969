"""Deliveries from a store and from standard input: published and reported under their names."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from typer.testing import CliRunner

from costcast.cli import app
from ledger.ingest import ingest
from ledger.piped import Piped
from ledger.store import Ledger

NOW = datetime(2026, 10, 20, 6, tzinfo=UTC)
GOOD = (
    b"team_id,date,model,prompt_tokens,completion_tokens,spend,api_requests\n"
    b"ads,2026-10-01,gpt-5,10,5,1.5,1\n"
)


@pytest.fixture
def store() -> Iterator[MemoryFileSystem]:
    store = MemoryFileSystem()
    yield store
    store.rm("/ingest-of-the-tests", recursive=True)


def test_a_store_is_an_inbox(tmp_path: Path, store: MemoryFileSystem) -> None:
    top = "ingest-of-the-tests/in/delivered=2026-10-02T05-00-00Z"
    store.pipe(f"/{top}/a.csv", GOOD)
    store.pipe(f"/{top}/b.csv", GOOD.replace(b"1.5", b"one"))
    ledger = Ledger(str(tmp_path / "ledger"))
    sound, broken = ingest(["memory://ingest-of-the-tests/in"], ledger, now=NOW)
    assert (sound.status, sound.file) == ("published", f"memory://{top}/a.csv")
    assert sound.delivery is not None
    assert sound.delivery.file == sound.file
    assert sound.delivery.delivered_at == datetime(2026, 10, 2, 5, tzinfo=UTC)
    assert broken.status == "refused"
    assert str(broken.error).startswith(f"memory://{top}/b.csv, row 1, field spend: got 'one'")
    again = ingest(["memory://ingest-of-the-tests/in/**/a.csv"], ledger, now=NOW)
    assert [report.status for report in again] == ["unchanged"]


def test_an_absent_address_is_one_refused_file(tmp_path: Path, store: MemoryFileSystem) -> None:
    store.pipe("/ingest-of-the-tests/x.csv", GOOD)
    ledger = Ledger(str(tmp_path / "ledger"))
    there, absent = ingest(
        ["memory://ingest-of-the-tests/x.csv", "memory://ingest-of-the-tests/y.csv"],
        ledger,
        now=NOW,
    )
    assert (there.status, absent.status) == ("published", "refused")
    assert absent.error == (
        "memory://ingest-of-the-tests/y.csv: got 'none', wanted at least one file"
    )


def test_a_broken_stream_is_reported_under_its_name(tmp_path: Path) -> None:
    ledger = Ledger(str(tmp_path / "ledger"))
    (report,) = ingest([Piped(io.BytesIO(gzip.compress(GOOD * 9)[:-9]))], ledger, now=NOW)
    assert (report.status, report.file) == ("refused", "standard input")
    assert str(report.error).startswith("standard input: got 'a truncated one'")
    assert ledger.deliveries() == []


def test_the_command_line_reads_standard_input_and_says_how_sure_it_is(tmp_path: Path) -> None:
    state = ["--state", str(tmp_path)]
    done = CliRunner().invoke(app, ["ingest", "-", "--dry-run", *state], input=GOOD)
    assert done.exit_code == 0
    assert "standard input" in done.output
    assert re.search(r"\(9\d%\)", done.output)
    assert not (tmp_path / "ledger").exists()
