"""Reading the reference files people edit: every mistake is named by file, row and field."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ledger.problems import BadInput

__all__ = ["parse_rows", "read_csv_rows", "read_toml_rules", "row_problems"]

Value = TypeVar("Value", bound=BaseModel)


def read_csv_rows(path: Path) -> list[dict[str, object]]:
    """Rows of a CSV file, blank cells left out, or none if the file is missing.

    Lines that start with `#` and empty lines are comments; the first other line is the header.
    """
    lines = [line for line in _text(path).splitlines() if line.strip() and line.lstrip()[0] != "#"]
    table = list(csv.reader(io.StringIO("\n".join(lines)), strict=True)) if lines else []
    if not table:
        return []
    header = [name.strip() for name in table[0]]
    for name in header:
        if not name or header.count(name) > 1:
            raise BadInput("distinct, named columns", file=path, row=0, got=name)
    rows: list[dict[str, object]] = []
    for number, cells in enumerate(table[1:], start=1):
        if len(cells) != len(header):
            raise BadInput(
                f"{len(header)} cells, as in the header", file=path, row=number, got=len(cells)
            )
        values = zip(header, (cell.strip() for cell in cells), strict=True)
        rows.append({name: cell for name, cell in values if cell})
    return rows


def read_toml_rules(path: Path) -> list[dict[str, object]]:
    """The `[[rule]]` tables of a TOML file, numbers exact, or none if the file is missing."""
    try:
        document = tomllib.loads(_text(path), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"TOML text ({error})", file=path) from None
    for key in document:
        if key != "rule":
            raise BadInput("[[rule]] tables only", file=path, field=key, got=key)
    rules = document.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise BadInput("[[rule]] tables", file=path, field="rule", got=type(rules).__name__)
    return rules


def parse_rows(
    kind: type[Value], rows: Sequence[Mapping[str, object]], file: Path
) -> tuple[Value, ...]:
    """Values of the rows; raises BadInput for the first mistake."""
    values = []
    for number, row in enumerate(rows, start=1):
        try:
            values.append(kind.model_validate(row))
        except ValidationError as error:
            raise _problems(error, kind, file, number)[0] from None
    return tuple(values)


def row_problems(
    kind: type[BaseModel], row: Mapping[str, object], file: Path, number: int
) -> list[BadInput]:
    """All mistakes of a row (1-based `number`); none where it is right."""
    try:
        kind.model_validate(row)
    except ValidationError as error:
        return _problems(error, kind, file, number)
    return []


def _problems(
    error: ValidationError, kind: type[BaseModel], file: Path, row: int
) -> list[BadInput]:
    return [_problem(one, kind, file, row) for one in error.errors()]


def _problem(error: ErrorDetails, kind: type[BaseModel], file: Path, row: int) -> BadInput:
    field = ".".join(str(part) for part in error["loc"]) or None
    got = error["input"] if isinstance(error["input"], str | int | float | Decimal) else None
    if error["type"] == "extra_forbidden":
        fields = ", ".join(kind.model_fields)
        return BadInput(f"one of the fields {fields}", file=file, row=row, field=field, got=field)
    if error["type"] == "missing":
        return BadInput("a value", file=file, row=row, field=field)
    wanted = str(error.get("ctx", {}).get("error", error["msg"]))
    if isinstance(got, Decimal):
        got = str(got)
    return BadInput(wanted, file=file, row=row, field=field, got=got)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise BadInput("UTF-8 text", file=path, got=error.object[error.start : error.end]) from None
