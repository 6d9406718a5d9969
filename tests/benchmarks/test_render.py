"""The README shows what the files say, losses as plainly as wins."""

from pathlib import Path

import pytest

from benchmarks.accuracy_table import accuracy_lines
from benchmarks.detection_table import pooled
from benchmarks.render import between_markers, rendered, rendered_tables
from benchmarks.results import RESULTS, read_rows
from benchmarks.rows import AccuracyRow, DetectionRow
from benchmarks.tables import Column, Group, bold_best, markdown

LOWEST: Column[float | None] = Column("loss", lambda row: row, "{:.1f}".format, float)


def test_the_tables_of_the_readme_are_those_of_the_results(repository: Path) -> None:
    text = (repository / "README.md").read_text(encoding="utf-8")
    assert between_markers(text) == rendered_tables(), "run: python -m benchmarks.render"


def test_only_what_is_between_the_markers_changes() -> None:
    text = "a\n<!-- bench:x -->\nold\n<!-- /bench -->\nb\n<!-- bench:y -->\n<!-- /bench -->\nc"
    new = rendered(text, {"x": "1\n", "y": "2\n"})
    assert new == (
        "a\n<!-- bench:x -->\n1\n<!-- /bench -->\nb\n<!-- bench:y -->\n2\n<!-- /bench -->\nc"
    )
    assert rendered(new, {"x": "1\n", "y": "2\n"}) == new


def test_a_text_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="wanted one each for"):
        rendered("no markers", {"x": "1\n"})


def test_the_best_of_a_column_is_bold_whoever_it_is() -> None:
    assert bold_best(LOWEST, [2.0, 1.0, None]) == [("2.0", False), ("1.0", True), ("-", False)]
    # what reads the same is equally good
    assert bold_best(LOWEST, [1.04, 1.0, 2.0]) == [("1.0", True), ("1.0", True), ("2.0", False)]
    unjudged = Column("count", LOWEST.number, LOWEST.write, None)
    assert not any(best for _, best in bold_best(unjudged, [1.0, 2.0]))


def test_a_table_names_its_groups_once() -> None:
    rows: list[tuple[str, float | None]] = [("costcast", 2.0), ("peer", 1.0)]
    group = Group("data", rows)
    assert markdown(("data", "model"), [LOWEST], [group])[2:] == [
        "| data | costcast | 2.0 |",
        "|  | peer | **1.0** |",
    ]


def test_a_lost_column_is_told() -> None:
    rows = read_rows(RESULTS / "accuracy.csv", AccuracyRow)
    worse = [
        row.model_copy(update={"mase": 99.0}) if row.role == "product" else row for row in rows
    ]
    (verdict,) = (line for line in accuracy_lines(worse) if line.startswith("Costcast is the best"))
    assert "MASE of generated" in verdict


def test_worlds_are_counted_together() -> None:
    rows = read_rows(RESULTS / "detection.csv", DetectionRow)
    own = [row for row in rows if row.role == "product"]
    whole = pooled(own)
    assert whole.alerts == sum(row.alerts for row in own)
    assert whole.precision == pytest.approx(
        sum(row.right for row in own) / sum(row.alerts for row in own)
    )
    assert min(row.recall for row in own) <= whole.recall <= max(row.recall for row in own)
