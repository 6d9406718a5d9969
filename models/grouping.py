"""Episodes of several series that are one matter: a common cause, or moves that offset. numpy only.

One incident a cause is what people can work with; and a move between two series of one parent is
told, because the parent's total does not show it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from ledger.series import SeriesKey
from models.episodes import Episode, ScoredPanel

__all__ = ["Group", "group_episodes"]

#: Episodes whose first days follow each other by at most this many days may have one cause: bills
#: and gateways tell the same day at different times, and a wave takes days to reach every team.
_CHAIN_DAYS = 1
#: A chain is no longer than this, or a busy month would become one matter.
_LONGEST_CHAIN_DAYS = 7
#: Fewest episodes of a common cause, and how unlikely so many are by chance at the usual rate.
_FEWEST, _LARGEST_P = 3, 1e-3
#: A parent names the cause when it has this share of the chain; else it is the total's.
_NAMING_SHARE = 0.8
#: Two moves offset when what is left of them is at most this share of the smaller one.
_LARGEST_REMAINDER = 0.25

_Scope = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Group:
    """Several episodes that are one matter.

    Parameters
    ----------
    kind
        "common": same direction, one cause. "offset": one up and one down, and their parent hardly
        moved.
    scope
        (dimension, value) pairs of the parent; empty = the total.
    members
        Positions of the episodes, increasing.
    """

    kind: Literal["common", "offset"]
    scope: _Scope
    members: tuple[int, ...]


def group_episodes(
    panel: ScoredPanel, keys: Sequence[SeriesKey], episodes: Sequence[Episode]
) -> tuple[Group, ...]:
    """Groups of the episodes, which are in the order of their first days; most are in none.

    Parameters
    ----------
    keys
        [N] identity of each series of the panel.
    """
    groups = []
    free = set(range(len(episodes)))
    for group in [*_common(panel, keys, episodes), *_offset(panel, keys, episodes)]:
        if free.issuperset(group.members):
            free.difference_update(group.members)
            groups.append(group)
    return tuple(groups)


def _common(
    panel: ScoredPanel, keys: Sequence[SeriesKey], episodes: Sequence[Episode]
) -> Iterator[Group]:
    """More episodes of one direction at once than chance makes."""
    scored_days = int(np.isfinite(panel.score).any(axis=0).sum())
    for direction in (1, -1):
        same = [place for place, e in enumerate(episodes) if e.direction == direction]
        daily = len(same) / scored_days if scored_days else 0.0
        for chain in _chains(episodes, same):
            span = episodes[chain[-1]].first - episodes[chain[0]].first + 1
            if len(chain) >= _FEWEST and _at_least(len(chain) - 1, daily * span) <= _LARGEST_P:
                scope, members = _named([(place, keys[episodes[place].row]) for place in chain])
                yield Group("common", scope, members)


def _chains(episodes: Sequence[Episode], places: Sequence[int]) -> Iterator[list[int]]:
    """Runs of episodes that begin shortly after each other."""
    chain: list[int] = []
    for place in places:
        first = episodes[place].first
        goes_on = chain and (
            first - episodes[chain[-1]].first <= _CHAIN_DAYS
            and first - episodes[chain[0]].first < _LONGEST_CHAIN_DAYS
        )
        if chain and not goes_on:
            yield chain
            chain = []
        chain.append(place)
    if chain:
        yield chain


def _at_least(count: int, mean: float) -> float:
    """P(X >= count) of a Poisson variable."""
    below = sum(mean**k / math.factorial(k) for k in range(count))
    return max(1.0 - math.exp(-mean) * below, 0.0)


def _named(chain: Sequence[tuple[int, SeriesKey]]) -> tuple[_Scope, tuple[int, ...]]:
    """The parent of most of a chain and its members; all of them under the total otherwise."""
    counts = Counter(pair for _, key in chain for pair in key.pairs)
    pair, most = min(counts.items(), key=lambda item: (-item[1], item[0]))
    if most >= max(_NAMING_SHARE * len(chain), _FEWEST):
        return (pair,), tuple(place for place, key in chain if pair in key.pairs)
    return (), tuple(place for place, _ in chain)


def _offset(
    panel: ScoredPanel, keys: Sequence[SeriesKey], episodes: Sequence[Episode]
) -> Iterator[Group]:
    """Pairs of opposite episodes under one parent that did not move; nearest to zero first."""
    pairs = []
    for one, other in _same_day(episodes):
        a, b = episodes[one], episodes[other]
        moves = (float(e.actual[0] - e.expected[0]) for e in (a, b))
        left, smaller = _remainder(*moves)
        if left > _LARGEST_REMAINDER * smaller:
            continue
        shared = tuple(pair for pair in keys[a.row].pairs if pair in keys[b.row].pairs)
        if _is_calm(panel, keys, shared, a.first):
            pairs.append((left / smaller, Group("offset", shared, (one, other))))
    return (group for _, group in sorted(pairs, key=lambda pair: pair[0]))


def _same_day(episodes: Sequence[Episode]) -> Iterator[tuple[int, int]]:
    """Pairs of episodes of opposite directions that begin on one day."""
    by_day: dict[int, list[int]] = {}
    for place, episode in enumerate(episodes):
        by_day.setdefault(episode.first, []).append(place)
    for places in by_day.values():
        for one, other in combinations(places, 2):
            if episodes[one].direction != episodes[other].direction:
                yield one, other


def _remainder(one: float, other: float) -> tuple[float, float]:
    """What is left of two moves, and the smaller of them."""
    return abs(one + other), min(abs(one), abs(other))


def _is_calm(panel: ScoredPanel, keys: Sequence[SeriesKey], scope: _Scope, day: int) -> bool:
    """Whether the sum of all series of a parent stayed within the sum of their usual reaches.

    Reaches of independent series add up as squares.
    """
    rows = [row for row, key in enumerate(keys) if set(scope) <= set(key.pairs)]
    expected = panel.expected[rows, day]
    distance = np.nansum(panel.actual[rows, day] - expected)
    reach = panel.upper[rows, day] - expected
    return bool(abs(distance) <= math.sqrt(np.nansum(reach**2)))
