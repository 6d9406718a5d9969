"""The demo does the whole main job and ends with something to look at."""

import json
import re
import subprocess
from pathlib import Path

import pyarrow.parquet as pq

from journal.vintages import read_vintages


def _report(demo_state: Path) -> str:
    (report,) = demo_state.glob("reports/*/report.html")
    return report.read_text(encoding="utf-8")


def test_it_shows_the_month_end_of_every_team(
    demo_run: subprocess.CompletedProcess[str], repository: Path
) -> None:
    teams = {"search", "ads", "support", "marketing", "platform", "unallocated"}
    for team in teams:
        assert re.search(rf"{team}\s", demo_run.stdout), f"no line for {team}"
    assert "report" in demo_run.stdout


def test_the_report_needs_nothing_from_outside(demo_state: Path) -> None:
    report = _report(demo_state)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", report)
    assert "@import" not in report
    assert "forecast starts" in report


def test_the_report_tells_how_good_detection_is_on_four_worlds(demo_state: Path) -> None:
    report = _report(demo_state)
    for word in ("precision", "recall"):
        assert word in report.lower()
    evaluation = json.loads((demo_state / "evaluation.json").read_text())
    assert len(evaluation["worlds"]) == 4
    for world in evaluation["worlds"]:
        assert world["recall"] >= 0.8, world
        assert world["dollars_found"] >= 0.9, world
        assert world["precision_by_dollars"] >= 0.9, world


def test_every_published_forecast_is_kept_as_a_vintage(demo_state: Path) -> None:
    (table,) = demo_state.glob("reports/*/forecast.parquet")
    published = pq.read_table(table)
    kept = read_vintages(str(demo_state / "vintages"))
    assert kept.num_rows == published.num_rows > 1000


def test_nothing_in_the_state_holds_code(demo_state: Path) -> None:
    suffixes = {path.suffix for path in demo_state.rglob("*") if path.is_file()}
    assert not suffixes & {".pkl", ".pickle", ".joblib", ".py", ".skops"}
