"""Teams rolled up to their parents: dated, as deep as `teams.csv` goes, exact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import pyarrow as pa

from ledger.contexts import as_date, epochs
from ledger.dated import latest
from ledger.groups import MEASURES, sum_by
from ledger.problems import BadInput
from ledger.teams import TeamRow

__all__ = ["Level", "ancestors", "roll_up"]

#: How far up: the team itself, its parent, or the topmost above it.
Level = Literal["team", "parent", "top"]

_VALUES = (*MEASURES, "rows")


def ancestors(teams: Sequence[TeamRow], team: str, day: date) -> tuple[str, ...]:
    """Parents of a team on a day, the nearest first; none for a team without a parent.

    A parent that is listed as a name itself has the parent of its own row. Raises BadInput where
    the parents lead back to a team already passed.
    """
    found: list[str] = []
    own = team
    while True:
        row = latest([row for row in teams if row.name == own], day)
        if row is None or row.parent is None:
            return tuple(found)
        if row.parent in {team, *found}:
            circle = " > ".join([team, *found, row.parent])
            wanted = f"parents that do not lead back to a team on {day}"
            raise BadInput(wanted, file="teams.csv", field="parent", got=circle)
        found.append(row.parent)
        own = row.parent


def roll_up(
    cells: pa.Table, teams: Sequence[TeamRow], *, level: Level, valid_on: date | None
) -> pa.Table:
    """The cost cells with `team` replaced by its parent or topmost ancestor, summed.

    A team without a parent stands for itself, `unallocated` too. Sums are unchanged, to the last
    digit, and so is what the cells note of money left out. Columns
    beyond the usual ones stay.

    Parameters
    ----------
    valid_on
        Parents of this one day hold for all cells (trends under today's organisation); with None
        each cell has the parents of its own day (chargeback).
    """
    names = cells["team"].to_pylist()
    days = cells["day"].to_numpy().astype("datetime64[D]")
    stretches = epochs(list(teams), days).tolist() if valid_on is None else [0] * len(names)
    owner: dict[tuple[str, int], str] = {}
    for name, stretch, day in zip(names, stretches, days, strict=True):
        key = (str(name), stretch)
        if key not in owner:
            on = as_date(day) if valid_on is None else valid_on
            owner[key] = _owner(teams, str(name), on, level)
    owners = [owner[str(name), stretch] for name, stretch in zip(names, stretches, strict=True)]
    at = cells.schema.get_field_index("team")
    lifted = cells.set_column(at, cells.schema.field(at), pa.array(owners, pa.string()))
    keys = [name for name in cells.column_names if name not in _VALUES]
    rolled = sum_by(lifted, keys, _VALUES).select(cells.column_names)
    ordered = rolled.cast(pa.schema(list(cells.schema))).sort_by(
        [(name, "ascending") for name in keys]
    )
    return ordered.replace_schema_metadata(cells.schema.metadata)


def _owner(teams: Sequence[TeamRow], team: str, day: date, level: Level) -> str:
    above = ancestors(teams, team, day)
    if level == "team" or not above:
        return team
    return above[0] if level == "parent" else above[-1]
