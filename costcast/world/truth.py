"""The truth of a world per series, in the final numbers of the sources, and as a panel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from costcast.world.arrival import FINAL
from costcast.world.bill import Line
from costcast.world.build import World
from costcast.world.calendar import DAYS, DAYS_COUNT, index_of
from costcast.world.catalogue import Service
from costcast.world.hardware import MACHINES
from costcast.world.inference import COUNTS, Traffic
from costcast.world.mistakes import CORRECTION
from costcast.world.prices import MICRO, PICO
from costcast.world.teams import CURRENT_TEAM, SHARED, SHARED_PARTS
from ledger.panel import Panel
from ledger.series import SeriesKey

__all__ = ["SeriesTruth", "current_key", "final_panel", "line_truth", "series_truth"]

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class SeriesTruth:
    """One series of a world, as the sources name its team.

    All [T]: `cost` is the demand in pico-dollars that all deliveries add up to in the end
    (corrected, and 0 where the gateway knew no price), `calm` the same without anomalies.
    """

    key: SeriesKey
    cost: Numbers
    calm: Numbers
    requests: Numbers
    tokens: Numbers
    gpu_hours: NDArray[np.float64]


def series_truth(world: World) -> tuple[SeriesTruth, ...]:
    """Every series (team, model), sorted by key.

    Teams are those the sources name: growth is still a team, shared storage belongs to "shared".
    Taxes, fees, purchases and the unused part of the reservation are no demand and in no series.
    """
    parts: dict[SeriesKey, list[SeriesTruth]] = defaultdict(list)
    for truth in _parts(world):
        parts[truth.key].append(truth)
    return tuple(_sum(key, parts[key]) for key in sorted(parts))


def current_key(key: SeriesKey) -> SeriesKey:
    """The key under today's organisation: a team that was merged goes by its new name."""
    return SeriesKey.of(team=CURRENT_TEAM.get(key["team"], key["team"]), model=key["model"])


def final_panel(world: World, known_at: datetime | None = None) -> Panel:
    """Daily effective cost per team and model under today's organisation, every day final.

    What a ledger with all deliveries would show: growth is part of marketing and shared storage is
    split. A series is observed (as zero) also before it starts.

    Parameters
    ----------
    known_at
        Aware UTC time to put on the panel; by default the end of the history.
    """
    values: dict[SeriesKey, NDArray[np.float64]] = defaultdict(lambda: np.zeros(DAYS_COUNT))
    for truth in series_truth(world):
        cost = truth.cost / PICO
        if truth.key["team"] == SHARED:
            for team, share in SHARED_PARTS.items():
                values[SeriesKey.of(team=team, model=truth.key["model"])] += share * cost
        else:
            values[current_key(truth.key)] += cost
    keys = tuple(sorted(values))
    value = np.stack([values[key] for key in keys])
    end = DAYS[-1] + 1 if known_at is None else known_at.replace(tzinfo=None)
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=keys,
        periods=DAYS,
        value=value,
        observed=np.ones(value.shape, dtype=np.bool_),
        completeness=np.ones(value.shape),
        known_at=np.datetime64(end, "us"),
    )


def _parts(world: World) -> Iterator[SeriesTruth]:
    for traffic in world.traffic:
        yield _of_traffic(traffic.service, traffic)
    for line in world.bill.lines:
        yield line_truth(line)


def _of_traffic(service: Service, traffic: Traffic) -> SeriesTruth:
    known = ~traffic.unpriced
    return SeriesTruth(
        key=SeriesKey.of(team=service.team, model=service.model),
        cost=traffic.cost * known,
        calm=traffic.calm_cost * known,
        requests=traffic.counts[0],
        tokens=traffic.counts[COUNTS.index("uncached") :].sum(axis=0),
        gpu_hours=np.zeros(DAYS_COUNT),
    )


def line_truth(line: Line) -> SeriesTruth:
    """What one line of the bill adds to its series, corrected."""
    cost, calm = line.cost, line.calm_cost
    hours = line.quantity[FINAL].copy()
    if line.name == CORRECTION.line:
        column = index_of(CORRECTION.day)
        back = CORRECTION.hours * int(line.price[column])
        cost[column] -= back
        calm[column] -= back
        hours[column] -= CORRECTION.hours
    none = np.zeros(DAYS_COUNT, dtype=np.int64)
    gpus = 0 if line.machine is None else MACHINES[line.machine].gpus
    return SeriesTruth(
        key=SeriesKey.of(team=line.team, model=line.model),
        cost=cost,
        calm=calm,
        requests=none,
        tokens=none,
        gpu_hours=hours * gpus / MICRO,
    )


def _sum(key: SeriesKey, parts: list[SeriesTruth]) -> SeriesTruth:
    return SeriesTruth(
        key=key,
        cost=np.sum([part.cost for part in parts], axis=0),
        calm=np.sum([part.calm for part in parts], axis=0),
        requests=np.sum([part.requests for part in parts], axis=0),
        tokens=np.sum([part.tokens for part in parts], axis=0),
        gpu_hours=np.sum([part.gpu_hours for part in parts], axis=0),
    )
