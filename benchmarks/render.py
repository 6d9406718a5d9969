"""Write the README's tables from the files of results: `python -m benchmarks.render`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from benchmarks.accuracy_table import accuracy_lines
from benchmarks.anomaly_report import readme_lines
from benchmarks.detection_table import detection_lines
from benchmarks.provenance import REPOSITORY
from benchmarks.results import RESULTS, read_rows
from benchmarks.rows import AccuracyRow, CpuRow, DetectionRow, TimingRow
from benchmarks.set_rows import SetRow
from benchmarks.sets_table import summary_lines
from benchmarks.timing_table import timing_lines

__all__ = ["README", "between_markers", "rendered", "rendered_tables"]

README = REPOSITORY / "README.md"

_BLOCK = re.compile(r"(<!-- bench:(\w+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def rendered_tables(results: Path = RESULTS) -> dict[str, str]:
    """Text of each table by the name in its marker."""
    accuracy = read_rows(results / "accuracy.csv", AccuracyRow)
    detection = read_rows(results / "detection.csv", DetectionRow)
    steps = read_rows(results / "timing.csv", TimingRow)
    tables = {
        "sets": summary_lines(read_rows(results / "sets.csv", SetRow)),
        "accuracy": accuracy_lines(accuracy),
        "detection": detection_lines(detection),
        "anomaly": readme_lines(results),
        "timing": timing_lines(steps, read_rows(results / "cpu.csv", CpuRow)),
    }
    return {name: "\n".join(lines) + "\n" for name, lines in tables.items()}


def rendered(text: str, tables: Mapping[str, str]) -> str:
    """Text with every table between its markers; the rest is not touched.

    Raises ValueError where the text has no place for a table, or a place for an unknown one.
    """
    places = [found[2] for found in _BLOCK.finditer(text)]
    if sorted(places) != sorted(tables):
        raise ValueError(f"the text has places for {places}, wanted one each for {list(tables)}")
    return _BLOCK.sub(lambda found: f"{found[1]}{tables[found[2]]}{found[3]}", text)


def between_markers(text: str) -> dict[str, str]:
    """What stands between the markers now, by name."""
    return {
        found[2]: found[0].removeprefix(found[1]).removesuffix(found[3])
        for found in _BLOCK.finditer(text)
    }


def main() -> None:
    """Render README.md."""
    text = README.read_text(encoding="utf-8")
    README.write_text(rendered(text, rendered_tables()), encoding="utf-8")
    Console().print(f"tables written into {README}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
