"""From what the detector says of every day to what a night tells the journal. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np

from insights.diffuse import diffuse_episodes
from journal.findings import Finding
from journal.incident_values import Direction, IncidentDay
from ledger.series import SeriesKey
from models.episodes import NEW_LEVEL_DAYS, Episode, ScoredPanel, episodes_of
from models.first_seen import FirstSeen, first_seen
from models.grouping import Group, group_episodes

__all__ = ["TOTAL", "incident_findings"]

#: Name of the sum of everything, as in forecasts.
TOTAL = "total"

_SIDES: dict[int, Direction] = {1: "up", -1: "down"}


def incident_findings(
    panel: ScoredPanel,
    *,
    since: date,
    first_seen_floor: float,
    sums: ScoredPanel | None = None,
) -> list[Finding]:
    """Episodes and first spend that began on `since` or later, then what only sums show, groups.

    Parameters
    ----------
    panel
        The detector's replay; N series over T days.
    first_seen_floor
        Sum, in the unit of the measure, from which a new series is told.
    sums
        The replay of their sums over the same days, if they are scored as well.
    """
    keys = [SeriesKey.parse(name) for name in panel.unique_ids]
    start = int(np.searchsorted(panel.days, np.datetime64(since, "D")))
    episodes = episodes_of(panel)
    kept = [place for place, episode in enumerate(episodes) if episode.first >= start]
    place_of = {place: new for new, place in enumerate(kept)}
    groups = [
        _of_group(group, episodes, tuple(place_of[member] for member in group.members))
        for group in group_episodes(panel, keys, episodes)
        if place_of.keys() >= set(group.members)
    ]
    new = first_seen(panel.actual, floor_amount=first_seen_floor)
    return [
        *(_of_episode(panel, episodes[place], "anomaly") for place in kept),
        *(_of_first_seen(panel, event) for event in new if event.told >= start),
        *_of_sums(sums, keys, episodes, start),
        *groups,
    ]


def _of_sums(
    sums: ScoredPanel | None, keys: Sequence[SeriesKey], episodes: Sequence[Episode], start: int
) -> list[Finding]:
    if sums is None:
        return []
    parents = [_pairs(name) for name in sums.unique_ids]
    found = diffuse_episodes(sums, parents, keys, episodes)
    return [_of_episode(sums, one, "diffuse") for one in found if one.first >= start]


def _of_episode(
    panel: ScoredPanel, episode: Episode, kind: Literal["anomaly", "diffuse"]
) -> Finding:
    name = panel.unique_ids[episode.row]
    amounts = zip(panel.days[episode.days].tolist(), episode.actual, episode.expected, strict=True)
    return Finding(
        kind=kind,
        unique_id=name,
        series=dict(_pairs(name)),
        direction=_SIDES[episode.direction],
        days=tuple(
            IncidentDay(day=day, actual=float(actual), expected=float(expected))
            for day, actual, expected in amounts
        ),
        score=_measured(episode.score),
        p_value=_measured(episode.p_value),
        ending=episode.ending,
    )


def _of_first_seen(panel: ScoredPanel, event: FirstSeen) -> Finding:
    """New spend is new until it has a fortnight of its own past."""
    name = panel.unique_ids[event.row]
    spent = panel.actual[event.row, event.first : event.told + 1]
    days = panel.days[event.first : event.told + 1].tolist()
    settled = len(panel.days) - event.first > NEW_LEVEL_DAYS
    return Finding(
        kind="first_seen",
        unique_id=name,
        series=dict(_pairs(name)),
        direction="up",
        days=tuple(
            IncidentDay(day=day, actual=float(amount), expected=None)
            for day, amount in zip(days, spent, strict=True)
            if np.isfinite(amount)
        ),
        ending="new_level" if settled else None,
    )


def _of_group(group: Group, episodes: Sequence[Episode], parts: tuple[int, ...]) -> Finding:
    members = [episodes[place] for place in group.members]
    strangest = max(members, key=lambda member: member.score)
    return Finding(
        kind=group.kind,
        unique_id=SeriesKey(group.scope).unique_id if group.scope else TOTAL,
        series=dict(group.scope),
        direction="both" if group.kind == "offset" else _SIDES[members[0].direction],
        days=(),
        score=_measured(strangest.score),
        p_value=_measured(strangest.p_value),
        parts=parts,
    )


def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    """Dimensions and values of a series or a sum; none of the total."""
    return () if name == TOTAL else SeriesKey.parse(name).pairs


def _measured(value: float) -> float | None:
    return None if math.isnan(value) else value
