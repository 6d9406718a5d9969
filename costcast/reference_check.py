"""Every mistake in the reference files, by file, line and field."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from costcast.lints import lint_rows
from journal.budgets import Budget
from ledger.aliases import Alias
from ledger.allocation import AllocationRule
from ledger.amortisation import AmortisationRule
from ledger.basis import BasisRule
from ledger.dated import Dated, contradiction
from ledger.fx import Rate
from ledger.hierarchy import ancestors
from ledger.price_rows import PriceRow
from ledger.problems import BadInput
from ledger.readers.detection import READERS
from ledger.reference_files import parse_rows, read_csv_rows, read_toml_rules, row_problems
from ledger.reference_lines import line_of
from ledger.retirements import ModelRow
from ledger.teams import TeamRow

__all__ = ["REFERENCE_FILES", "Finding", "check_reference"]

Severity = Literal["error", "warning"]
#: What at most one row per day may be about; None = the first row that fits decides.
_Subject = Callable[[Dated], Hashable]


@dataclass(frozen=True)
class Finding:
    """One thing to mend; `line` counts from 1, None where it is about the file as a whole.

    An error stops Costcast from reading the file, a warning does not.
    """

    file: str
    line: int | None
    field: str | None
    severity: Severity
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        field = f" field {self.field}:" if self.field else ""
        return f"{place}: {self.severity}:{field} {self.message}"


def _subject(*fields: str) -> _Subject:
    return lambda row: tuple(getattr(row, field) for field in fields)


#: Every file of the folder, the kind of its rows, and what a row is about.
REFERENCE_FILES: Mapping[str, tuple[type[Dated], _Subject | None]] = {
    "teams.csv": (TeamRow, _subject("name")),
    "allocation.toml": (AllocationRule, None),
    "aliases.csv": (Alias, None),
    "basis.toml": (BasisRule, None),
    "fx.csv": (Rate, _subject("currency", "base")),
    "amortisation.toml": (AmortisationRule, None),
    "prices.csv": (PriceRow, _subject("subject")),
    "models.csv": (ModelRow, _subject("provider", "model")),
    "budgets.csv": (Budget, _subject("budget")),
}


def check_reference(folder: Path) -> list[Finding]:
    """Findings about all reference files of a folder, by file and line.

    Unlike loading, which stops at the first mistake, this goes through every row of every file.
    A missing file holds no rules and is no mistake.
    """
    if not folder.is_dir():
        return [Finding(str(folder), None, None, "error", "no such folder")]
    findings = list(_unread(folder))
    valid: dict[str, Sequence[Dated]] = {}
    for name, (kind, subject) in REFERENCE_FILES.items():
        found, rows = _check_file(folder / name, kind, subject)
        findings += found
        if not found:
            valid[name] = rows
    findings += _circles(folder / "teams.csv", valid.get("teams.csv", ()))
    sources = frozenset(reader.source for reader in READERS)
    for doubt in lint_rows(valid, sources):
        path = folder / doubt.file
        line = line_of(path, doubt.row, doubt.field)
        findings.append(Finding(str(path), line, doubt.field, "warning", doubt.message))
    return sorted(findings, key=lambda one: (one.file, one.line or 0, one.field or ""))


def _check_file(
    path: Path, kind: type[Dated], subject: _Subject | None
) -> tuple[list[Finding], tuple[Dated, ...]]:
    """Mistakes of a file; its rows where there are none."""
    try:
        raw = read_csv_rows(path) if path.suffix == ".csv" else read_toml_rules(path)
    except BadInput as problem:
        return [_error(path, problem)], ()
    problems = [
        problem
        for number, row in enumerate(raw, start=1)
        for problem in row_problems(kind, row, path, number)
    ]
    if problems:
        return [_error(path, problem) for problem in problems], ()
    rows = parse_rows(kind, raw, path)
    return list(_contradictions(path, rows, subject)), rows


def _error(path: Path, problem: BadInput) -> Finding:
    """Finding of a mistake; the place stands in its own fields, so the message leaves it out."""
    wanted = f"wanted {problem.wanted}"
    message = wanted if problem.got is None else f"got {problem.got!r}, {wanted}"
    line = line_of(path, problem.row, problem.field, problem.wanted)
    return Finding(str(path), line, problem.field, "error", message)


def _contradictions(
    path: Path, rows: Sequence[Dated], subject: _Subject | None
) -> Iterator[Finding]:
    """Rows about one subject that hold on one day and were learnt at once."""
    if subject is None:
        return
    groups: dict[Hashable, list[int]] = {}
    for position, row in enumerate(rows):
        groups.setdefault(subject(row), []).append(position)
    for own in groups.values():
        found = contradiction([rows[position] for position in own])
        if found is not None:
            first, second = (line_of(path, own[place] + 1, None) for place in found)
            message = f"holds on days on which line {first} holds too, and known_at does not differ"
            yield Finding(str(path), second, "known_at", "error", message)


def _circles(path: Path, rows: Sequence[Dated]) -> Iterator[Finding]:
    """Parents that lead back to their team, on the days on which a row begins."""
    teams = [row for row in rows if isinstance(row, TeamRow)]
    days = {row.valid_from or date.min for row in teams} | {datetime.now(UTC).date()}
    told: set[str] = set()
    for number, row in enumerate(teams, start=1):
        for day in sorted(days):
            try:
                ancestors(teams, row.name, day)
            except BadInput as problem:
                if row.name not in told:
                    line = line_of(path, number, "parent")
                    message = f"got {problem.got!r}, wanted {problem.wanted}"
                    yield Finding(str(path), line, "parent", "error", message)
                told.add(row.name)
                break


def _unread(folder: Path) -> Iterator[Finding]:
    """Files that look like rules and that nothing reads: mostly a slip of the name."""
    for path in sorted(folder.iterdir()):
        if path.suffix in {".csv", ".toml"} and path.name not in REFERENCE_FILES:
            near = get_close_matches(path.name, REFERENCE_FILES, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Finding(str(path), None, None, "warning", f"nothing reads this file{hint}")
