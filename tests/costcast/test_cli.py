"""The command line: what was got wrong is told, the rest goes on, JSON where it is asked for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = """\
team_id,date,api_key,model,custom_llm_provider,prompt_tokens,completion_tokens,spend,api_requests
ads,2026-09-01,k,gpt-5,openai,100,20,0.25,3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "good.csv").write_text(GOOD)
    return exports


def _costcast(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "costcast", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def _ingest(folder: Path, *more: object) -> tuple[int, dict[str, dict[str, object]]]:
    done = _costcast("ingest", folder, "--json", *more, cwd=folder.parent)
    reports = {Path(row["file"]).name: row for row in json.loads(done.stdout)}
    return done.returncode, reports


def test_one_bad_file_does_not_stop_the_others(folder: Path) -> None:
    (folder / "a_bad.csv").write_text(GOOD.replace("0.25", "a quarter"))
    code, reports = _ingest(folder)
    assert code == 1
    assert reports["good.csv"]["status"] == "published"
    assert reports["a_bad.csv"]["status"] == "refused"
    error = str(reports["a_bad.csv"]["error"])
    assert "a_bad.csv, row 1, field spend: got 'a quarter'" in error


def test_the_same_bytes_again_change_nothing(folder: Path) -> None:
    assert _ingest(folder)[1]["good.csv"]["status"] == "published"
    code, reports = _ingest(folder)
    assert (code, reports["good.csv"]["status"]) == (0, "unchanged")


def test_a_dry_run_stores_nothing(folder: Path) -> None:
    assert _ingest(folder, "--dry-run")[1]["good.csv"]["status"] == "would_publish"
    assert _ingest(folder)[1]["good.csv"]["status"] == "published"


@pytest.mark.parametrize("verb", ["nightly", "forecast", "budgets", "anomalies", "costs"])
def test_without_data_the_answer_is_a_sentence_and_not_a_traceback(
    verb: str, tmp_path: Path
) -> None:
    done = _costcast(verb, cwd=tmp_path)
    assert done.returncode == 2
    assert "error" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_time_that_is_none_is_refused(tmp_path: Path) -> None:
    done = _costcast("nightly", "--as-of", "yesterday", cwd=tmp_path)
    assert done.returncode == 2
    assert "got 'yesterday'" in done.stderr
