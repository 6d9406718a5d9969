"""Which team a name stands for on a day: re-organisations move names, not rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.dated import Dated, latest
from ledger.series import UNALLOCATED

__all__ = ["TeamRow", "team_of"]


class TeamRow(Dated):
    """A row of `teams.csv`: a name as rules and exports write it, and the team it belongs to."""

    name: str
    team: str
    parent: str | None = None
    cost_centre: str | None = None


def team_of(teams: Sequence[TeamRow], name: str, day: date) -> str:
    """Team of a name on a day.

    A name that is not listed stands for itself; of a listed name the row learnt last counts, and
    where none is valid on the day nobody owns the spend: it is unallocated.
    """
    rows = [row for row in teams if row.name == name]
    if not rows:
        return name
    row = latest(rows, day)
    return UNALLOCATED if row is None else row.team
