"""Which anomalies are planted: drawn from the seed, spread over the history, never crowded.

Nothing is planted in the first 42 days of the history or of a series, nor where a planned change
of the same series is under way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from costcast.world.calendar import LAST_DAY, date_at, index_of
from costcast.world.catalogue import BUCKETS, CLUSTERS, ENDPOINTS, MIGRATIONS, SERVICES
from costcast.world.prices import TOKEN_PRICES
from costcast.world.randomness import generator
from costcast.world.teams import CURRENT_TEAM, SHARED
from ledger.series import NONE

__all__ = ["Planted", "draw_planted"]

#: First day of the history with an anomaly, and days from a later launch to the first one.
_QUIET_START, _QUIET_DAYS = 42, 60
#: Days between two anomalies of one series.
_APART_DAYS = 60
#: An anomaly is over this long before the history ends, so that its days are final.
_FINAL_DAYS = 4

_GATEWAY = ("spike", "retry_loop", "prompt_growth", "key_leak")
# How many of each kind, in the first sixteen and in the last four months.
_EARLY = {
    "spike": 4,
    "retry_loop": 3,
    "prompt_growth": 2,
    "key_leak": 2,
    "idle_endpoint": 2,
    "runaway_training": 1,
    "forgotten_copy": 1,
}
_LATE = {
    "spike": 3,
    "retry_loop": 3,
    "prompt_growth": 1,
    "key_leak": 2,
    "idle_endpoint": 1,
    "runaway_training": 1,
    "forgotten_copy": 1,
}
_EARLY_WINDOW = (date(2025, 6, 6), date(2026, 6, 14))
_LATE_WINDOW = (date(2026, 6, 26), LAST_DAY - timedelta(days=_FINAL_DAYS))
# Days and strength of each kind. Strength is a factor on use, but for prompt_growth the growth a
# day of tokens per request, and for machines the extra cost in typical days of the series.
_SHAPES: dict[str, tuple[tuple[int, int], tuple[float, float]]] = {
    "spike": ((1, 2), (2.2, 4.5)),
    "retry_loop": ((1, 3), (2.0, 4.0)),
    "prompt_growth": ((16, 24), (0.05, 0.08)),
    "key_leak": ((2, 4), (3.0, 7.0)),
    "idle_endpoint": ((10, 16), (0.8, 1.8)),
    "runaway_training": ((1, 3), (5.0, 8.0)),
    "forgotten_copy": ((10, 18), (0.5, 0.9)),
}
#: Gateway series smaller than this get no anomaly but leaked keys: nobody would be told.
_LEAST_USD_MONTH = 2_400
_LEAST_TERABYTES = 40


@dataclass(frozen=True)
class Planted:
    """One anomaly: `length` days from column `start` on, of one team and model."""

    kind: str
    team: str
    model: str
    start: int
    length: int
    strength: float

    def hits(self, team: str, model: str, *kinds: str) -> bool:
        """Whether it is of this series and one of these kinds."""
        return (self.team, self.model) == (team, model) and self.kind in kinds


def draw_planted(seed: int) -> tuple[Planted, ...]:
    """The anomalies of a world, in order of time."""
    rng = generator(seed, "anomalies")
    planted: list[Planted] = []
    for kinds, (first, last) in ((_EARLY, _EARLY_WINDOW), (_LATE, _LATE_WINDOW)):
        names = [kind for kind, count in kinds.items() for _ in range(count)]
        rng.shuffle(names)
        edges = np.linspace(index_of(first), index_of(last), len(names) + 1)
        for kind, low, high in zip(names, edges[:-1], edges[1:], strict=True):
            start = int(rng.integers(int(low), max(int(low) + 1, int(high) - 2)))
            planted.append(_draw(rng, kind, start, planted))
    return tuple(sorted(planted, key=lambda event: event.start))


def _draw(rng: np.random.Generator, kind: str, near: int, earlier: list[Planted]) -> Planted:
    """An anomaly of this kind near this day, on a series where it fits."""
    (shortest, longest), (weakest, strongest) = _SHAPES[kind]
    length = int(rng.integers(shortest, longest + 1))
    latest = index_of(LAST_DAY) - _FINAL_DAYS - length
    near = min(near, latest)
    # Where no series is free on the day, the nearest day with one is taken.
    days = sorted(range(_QUIET_START, latest + 1), key=lambda day: abs(day - near))
    start, free = next((day, free) for day in days if (free := _free(kind, day, earlier)))
    struck = {(event.team, event.model) for event in earlier}
    fresh = [series for series in free if series not in struck] or free
    team, model = fresh[int(rng.integers(len(fresh)))]
    return Planted(kind, team, model, start, length, float(rng.uniform(weakest, strongest)))


def _free(kind: str, start: int, earlier: list[Planted]) -> list[tuple[str, str]]:
    """Candidates that have no other anomaly near."""
    return [
        series
        for series in _candidates(kind, date_at(start))
        if all(
            (event.team, event.model) != series or abs(event.start - start) > _APART_DAYS
            for event in earlier
        )
    ]


def _candidates(kind: str, day: date) -> list[tuple[str, str]]:
    """Series (team, model) that can have an anomaly of this kind on this day."""
    if kind in _GATEWAY:
        least = _LEAST_USD_MONTH / (2 if kind == "key_leak" else 1)
        found = [
            (service.team, service.model, service.since)
            for service in SERVICES
            if service.usd_month >= least and service.until is None
        ]
    elif kind == "idle_endpoint":
        # Beside training runs of the same series a few machines would be invisible.
        bursty = {(item.team, item.model) for item in CLUSTERS}
        found = [
            (item.team, item.model, item.since)
            for item in ENDPOINTS
            if (item.team, item.model) not in bursty
        ]
    elif kind == "runaway_training":
        found = [(item.team, item.model, date_at(0)) for item in CLUSTERS]
    else:
        large = [bucket for bucket in BUCKETS if bucket.terabytes >= _LEAST_TERABYTES]
        found = [(item.team, NONE, date_at(0)) for item in large]
    return [
        (team, model)
        for team, model, since in found
        if team not in CURRENT_TEAM
        and team != SHARED
        and (day - since).days >= (_QUIET_DAYS if since > date_at(0) else _QUIET_START)
        and not _moving(team, model, day)
    ]


def _moving(team: str, model: str, day: date) -> bool:
    """Whether a migration or a price step of this series is under way, or about to be."""
    before, after = timedelta(days=35), timedelta(days=14)
    migrated = any(
        team == move.team
        and model in (move.source, move.target)
        and move.start - before <= day <= move.end + before
        for move in MIGRATIONS
    )
    steps = [step.since for step in TOKEN_PRICES.get(model, ())[1:]]
    return migrated or any(since - before <= day <= since + after for since in steps)
