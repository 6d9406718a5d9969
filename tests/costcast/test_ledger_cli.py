from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from costcast.cli import app
from ledger.ingest import ingest
from ledger.store import Ledger

HEADER = (
    "team_id,date,api_key,model,custom_llm_provider,prompt_tokens,completion_tokens,"
    "cache_read_input_tokens,cache_creation_input_tokens,spend,api_requests,failed_requests"
)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    for day, rows in {
        "2025-01-03": [("2025-01-01", "1.5"), ("2025-01-02", "2")],
        "2025-01-04": [("2025-01-01", "1.25"), ("2025-01-02", "2"), ("2025-01-03", "4")],
    }.items():
        lines = [f"ads,{date},k,gpt-5,openai,100,20,0,0,{cost},3,0" for date, cost in rows]
        path = tmp_path / f"in/delivered={day}/spend.csv"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join([HEADER, *lines, ""]))
    now = datetime(2025, 1, 5, tzinfo=UTC)
    ingest([tmp_path / "in"], Ledger(str(tmp_path / "state" / "ledger")), now=now)
    return tmp_path / "state"


def _run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["ledger", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_diff_tells_restated_days_and_arrived_ones(state: Path) -> None:
    times = ["--from", "2025-01-03T12:00", "--to", "2025-01-05", "--state", str(state)]
    changes = json.loads(_run("diff", *times, "--json"))
    told = [(one["day"], one["kind"], one["change"]) for one in changes]
    assert told == [
        ("2025-01-01", "restated", "-0.250000000000"),
        ("2025-01-03", "arrived", "4.000000000000"),
    ]
    screen = _run("diff", *times, "--restated")
    assert "restated" in screen
    assert "arrived" not in screen


def test_the_housekeeping_says_what_it_did(state: Path) -> None:
    where = ["--state", str(state)]
    assert "nothing was missing" in _run("upgrade", *where)
    told = json.loads(_run("retain", "--since", "2025-02-01", "--dry-run", "--json", *where))
    assert (len(told["forgotten"]), told["rows"], told["kept"]) == (1, 2, 1)
    assert "1 deliveries with 2 rows forgotten" in _run("retain", "--since", "2025-02-01", *where)
    assert "small files merged" in _run("compact", "--kept-hours", "0", *where)
    assert json.loads(_run("compact", "--json", *where))["removed_files"] == 0
