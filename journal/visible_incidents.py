"""Incidents as an asker may see them: of the teams of the scope, without a trace of others."""

from __future__ import annotations

from collections.abc import Iterable

from journal.incident_values import Incident
from ledger.scope import Scope
from ledger.series import UNALLOCATED

__all__ = ["visible_incidents"]


def visible_incidents(incidents: Iterable[Incident], scope: Scope) -> list[Incident]:
    """Those within the scope, in their order; numbers of others are taken out of their links.

    A sum over teams (a model, the total) belongs to nobody's team: it is for who may see all.
    """
    seen = [one for one in incidents if scope.allows_team(one.series.get("team", UNALLOCATED))]
    numbers = {one.id for one in seen}
    return [
        one.model_copy(
            update={
                "part_of": one.part_of if one.part_of in numbers else None,
                "quieted_by": one.quieted_by if one.quieted_by in numbers else None,
                "parts": [part for part in one.parts if part in numbers],
            }
        )
        for one in seen
    ]
