"""What only a sum shows: many series a little strange, each below what it takes to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.series import SeriesKey
from models.alerting import COOL_DOWN_DAYS
from models.episodes import Episode, ScoredPanel, episodes_of

__all__ = ["diffuse_episodes"]

_Pairs = tuple[tuple[str, str], ...]


def diffuse_episodes(
    sums: ScoredPanel,
    parents: Sequence[_Pairs],
    keys: Sequence[SeriesKey],
    episodes: Sequence[Episode],
) -> list[Episode]:
    """Episodes of sums that no episode of one of their series, at the same time, accounts for.

    Parameters
    ----------
    sums
        The detector's replay of sums.
    parents
        What each sum is of: (dimension, value) pairs, none for the total.
    keys
        Of the series.
    episodes
        Of the series; rows are places in `keys`.

    A sum is not told where a smaller one (fewer series) is told at the same time.
    """
    members = [_members(parent, keys) for parent in parents]
    found: list[Episode] = []
    for episode in sorted(episodes_of(sums), key=lambda one: len(members[one.row])):
        inside = [one for one in episodes if one.row in members[episode.row]]
        smaller = [one for one in found if members[one.row] <= members[episode.row]]
        if not any(_meets(episode, one) for one in _same_side(episode, [*inside, *smaller])):
            found.append(episode)
    return sorted(found, key=lambda one: (one.first, one.row))


def _members(parent: _Pairs, keys: Sequence[SeriesKey]) -> frozenset[int]:
    return frozenset(row for row, key in enumerate(keys) if set(parent) <= set(key.pairs))


def _same_side(episode: Episode, others: Sequence[Episode]) -> Iterator[Episode]:
    return (other for other in others if other.direction == episode.direction)


def _meets(one: Episode, other: Episode) -> bool:
    """Whether two episodes are at the same time, give or take the cool-down of alerts."""
    return one.first <= other.last + COOL_DOWN_DAYS and other.first <= one.last + COOL_DOWN_DAYS
