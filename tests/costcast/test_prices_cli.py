"""`costcast prices`: exact numbers as JSON, the same as tables, sentences for mistakes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from costcast.prices_cli import prices_app
from ledger.ingest import ingest
from ledger.problems import BadInput
from ledger.store import Ledger

GATEWAY = """\
team_id,date,api_key,model,custom_llm_provider,prompt_tokens,completion_tokens,spend,api_requests
ads,2026-09-01,k,gpt-5,openai,100000,20000,0.325,3
ads,2026-09-01,k,gpt-5-mini,openai,100000,0,0,1
ads,2026-09-01,k,own,openai,7,0,0,1
"""
AS_OF = ("--as-of", "2026-10-20")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reference").mkdir()
    notice = "provider,model,retires_on,replacement\nopenai,gpt-5,2026-12-01,gpt-5-mini\n"
    (tmp_path / "reference" / "models.csv").write_text(notice)
    (tmp_path / "spend.csv").write_text(GATEWAY)
    ledger = Ledger(str(tmp_path / "var" / "ledger"))
    (report,) = ingest([tmp_path / "spend.csv"], ledger, now=datetime(2026, 9, 2, tzinfo=UTC))
    assert report.status == "published"
    return tmp_path / "var"


def _run(*arguments: str) -> Any:  # noqa: ANN401
    done = CliRunner().invoke(prices_app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout) if "--json" in arguments else done.stdout


def test_gaps_are_exact_as_json(state: Path) -> None:
    (gap,) = _run("reconcile", "--state", str(state), *AS_OF, "--json")
    assert (gap["provider"], gap["month"], gap["days"]) == ("openai", "2026-09-01", 1)
    # gpt-5 as the gateway says, and 0.025 for the gpt-5-mini that it says was free.
    assert gap["costs"]["usage"] == "0.350000000000"
    assert gap["costs"]["unexplained"] == "-0.025000000000"
    assert {model["model"] for model in gap["models"]} == {"gpt-5", "gpt-5-mini", "own"}


def test_gaps_as_a_table_show_models_where_asked(state: Path) -> None:
    short = _run("reconcile", "--state", str(state), *AS_OF)
    assert "gpt-5-mini" not in short
    assert "≥ 0.35" in short
    assert "gpt-5-mini" in _run("reconcile", "--models", "--state", str(state), *AS_OF)


def test_missing_prices_are_listed(state: Path) -> None:
    entries = _run("missing", "--state", str(state), *AS_OF, "--json")
    assert [(entry["model"], entry["book_cost"]) for entry in entries] == [
        ("gpt-5-mini", "0.025000000000"),
        ("own", None),
    ]
    table = _run("missing", "--state", str(state), *AS_OF)
    assert "0.02 USD" in table
    assert "all classes" in table


def test_retiring_models_are_listed_while_they_are_used(state: Path) -> None:
    (entry,) = _run("retiring", "--state", str(state), "--as-of", "2026-09-20", "--json")
    assert (entry["model"], entry["days_left"], entry["replacement"]) == ("gpt-5", 72, "gpt-5-mini")
    assert "2026-12-01" in _run("retiring", "--state", str(state), "--as-of", "2026-09-20")
    assert _run("retiring", "--state", str(state), *AS_OF, "--json") == []


def test_a_time_that_is_none_is_told() -> None:
    with pytest.raises(BadInput, match="such as 2026-10-20T12:00"):
        CliRunner().invoke(prices_app, ["missing", "--as-of", "soon"], catch_exceptions=False)
