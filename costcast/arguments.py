"""What the commands share: where the state is, as of when, and times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from costcast.settings import Settings
from ledger.problems import BadInput

__all__ = ["AsJson", "AsOf", "State", "day_of", "moment_of", "settings_of"]

State = Annotated[
    Path | None, typer.Option(help="Folder of all state (default: the setting `state`).")
]
AsOf = Annotated[
    str | None,
    typer.Option(help="As of this UTC time, e.g. 2026-10-20 or 2026-10-20T12:00 (default: now)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def settings_of(state: Path | None) -> Settings:
    """Settings of the file and the environment, with another state folder where one is given."""
    return Settings() if state is None else Settings(state=state)


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
