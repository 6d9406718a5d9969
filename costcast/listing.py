"""What commands that list something share: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

__all__ = ["print_json", "screen_of", "show"]

#: Columns of output that goes to a file or a pipe.
_WIDTH_WITHOUT_TERMINAL = 160


def screen_of() -> Console:
    """The terminal; where there is none (a pipe, a log), wide enough for the tables."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH_WITHOUT_TERMINAL)


def show(entries: Sequence[Any], table: Table, as_json: bool) -> None:
    """Print outcomes or dataclass values as a table, or as JSON with money as its exact digits."""
    if as_json:
        print_json([_fields(entry) for entry in entries])
    else:
        screen_of().print(table)


def print_json(value: Sequence[Any] | Mapping[str, Any]) -> None:
    """Print JSON; decimals as their digits, dates in ISO 8601."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_text))


def _fields(entry: Any) -> dict[str, Any]:  # noqa: ANN401 (an outcome or any dataclass)
    return entry.model_dump(mode="json") if isinstance(entry, BaseModel) else asdict(entry)


def _text(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
