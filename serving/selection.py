"""Which series of the panel a question is about, within what the asker may see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.scope import Scope
from serving.problems import InvalidRequest, UnknownSeries

__all__ = ["group_rows", "select_rows", "series_of", "visible_rows"]


def series_of(team: str | None, model: str | None) -> dict[str, str]:
    """What is selected, as dimension -> value; nothing of what is None."""
    named = {"team": team, "model": model}
    return {name: value for name, value in named.items() if value is not None}


def visible_rows(panel: Panel, scope: Scope) -> NDArray[np.intp]:
    """Rows of the panel within the scope."""
    rows = [row for row, key in enumerate(panel.keys) if scope.allows(key)]
    return np.array(rows, dtype=np.intp)


def select_rows(
    panel: Panel, scope: Scope, *, team: str | None, model: str | None
) -> NDArray[np.intp]:
    """Visible rows of a team and a model, each optional.

    Raises UnknownSeries when there is none. A team outside the scope is answered like a team
    that does not exist: the near names are taken from the visible ones only.
    """
    rows = visible_rows(panel, scope)
    for dimension, name in (("team", team), ("model", model)):
        if name is None:
            continue
        names = [panel.keys[row].get(dimension) for row in rows]
        found = rows[[shown == name for shown in names]] if len(rows) else rows
        if not len(found):
            raise UnknownSeries(dimension, name, [shown for shown in names if shown is not None])
        rows = found
    return rows


def group_rows(
    panel: Panel, rows: NDArray[np.intp], group_by: Sequence[str]
) -> list[tuple[dict[str, str], NDArray[np.intp]]]:
    """Rows by their values of the dimensions, in the order of those values.

    Raises InvalidRequest for a dimension the panel does not have.
    """
    known = panel.keys[0].dimensions if panel.keys else ()
    if len(set(group_by)) != len(group_by) or not set(group_by) <= set(known):
        wanted = f"distinct dimensions out of {', '.join(known)}"
        raise InvalidRequest(wanted, field="group_by", got=", ".join(group_by))
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        values = tuple(panel.keys[row][name] for name in group_by)
        groups.setdefault(values, []).append(int(row))
    return [
        (dict(zip(group_by, values, strict=True)), np.array(members, dtype=np.intp))
        for values, members in sorted(groups.items())
    ]
