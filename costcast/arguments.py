"""What the commands share: where the state is, as of when, and times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from costcast.settings import Settings
from ledger.problems import BadInput
from ledger.scope import Scope

__all__ = [
    "AsJson",
    "AsOf",
    "State",
    "Teams",
    "day_of",
    "moment_of",
    "scope_of",
    "settings_of",
    "span_of",
]

State = Annotated[
    Path | None, typer.Option(help="Folder of all state (default: the setting `state`).")
]
AsOf = Annotated[
    str | None,
    typer.Option(help="As of this UTC time, e.g. 2026-10-20 or 2026-10-20T12:00 (default: now)."),
]
Teams = Annotated[
    list[str] | None, typer.Option("--scope", help="Show only these teams (default: everything).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def settings_of(state: Path | None) -> Settings:
    """Settings of the file and the environment, with another state folder where one is given."""
    return Settings() if state is None else Settings(state=state)


def scope_of(teams: list[str] | None) -> Scope:
    """What is shown: these teams, or everything where none is named."""
    return Scope.of_teams(*teams) if teams else Scope.everything()


def moment_of(text: str | None) -> datetime:
    """UTC time of a text; without a zone it is UTC, as in the exports; without a text it is now."""
    if text is None:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("a time such as 2026-10-20T12:00", got=text) from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def day_of(text: str | None) -> date | None:
    """Day of a text such as 2026-10-20."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("a day such as 2026-10-20", got=text) from None


def span_of(text: str | None) -> tuple[date | None, date | None]:
    """First day and the day after the last of a text such as 2026-09-01..2026-10-01."""
    if text is None:
        return None, None
    first, dots, end = text.partition("..")
    if not dots:
        raise BadInput("a span such as 2026-09-01..2026-10-01", got=text)
    return day_of(first), day_of(end)
