"""Where a row of a reference file stands in it: lines as an editor counts them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

__all__ = ["line_of"]

_RULE = re.compile(r"\s*\[\[\s*rule\s*\]\]")
# Where the TOML reader stopped; its message is all it says of it.
_TOML_PLACE = re.compile(r"at line (\d+)")


def line_of(path: Path, row: int | None, field: str | None, message: str = "") -> int | None:
    """Line (from 1) of the 1-based data row, of a rule's field where it can be found.

    Row 0 is the header. A message of the TOML reader names its line itself. None where the file
    has no such row.
    """
    named = _TOML_PLACE.search(message)
    if named is not None:
        return int(named[1])
    if row is None:
        return None
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return _csv_line(lines, row) if path.suffix == ".csv" else _toml_line(lines, row, field)


def _csv_line(lines: list[str], row: int) -> int | None:
    numbers = [
        number
        for number, line in enumerate(lines, start=1)
        if line.strip() and line.lstrip()[0] != "#"
    ]
    reader = csv.reader([lines[number - 1] + "\n" for number in numbers])
    first = 0
    for position, _ in enumerate(reader):
        if position == row:
            return numbers[first]
        first = reader.line_num
    return None


def _toml_line(lines: list[str], row: int, field: str | None) -> int | None:
    starts = [number for number, line in enumerate(lines) if _RULE.match(line)]
    if not 1 <= row <= len(starts):
        return None
    start = starts[row - 1]
    end = starts[row] if row < len(starts) else len(lines)
    if field is not None:
        key = re.escape(field.split(".", maxsplit=1)[0])
        assigned = re.compile(rf"\s*(\"{key}\"|{key})\s*[=.]|\s*\[\[?\s*rule\s*\.\s*{key}\b")
        for number in range(start, end):
            if assigned.match(lines[number]):
                return number + 1
    return start + 1
