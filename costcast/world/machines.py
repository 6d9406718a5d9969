"""Hours of GPU machines: bursty training runs with heavy tails, and endpoints that scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costcast.world import demand
from costcast.world.anomalies import Planted
from costcast.world.calendar import DAYS, DAYS_COUNT
from costcast.world.catalogue import Cluster, Endpoint
from costcast.world.prices import GPU_PRICES, MICRO, contracted
from costcast.world.randomness import generator
from costcast.world.runs import Run
from costcast.world.teams import TEAMS

__all__ = ["Hours", "endpoint_hours", "forgotten_job_hours", "notebook_hours", "training_hours"]

Hours = NDArray[np.float64]

_DAYS_A_MONTH = 30.4
#: Machines a training run takes, and how often.
_SIZES, _ODDS = (1, 2, 4), (0.55, 0.3, 0.15)
#: A run's machine hours are cut here: nobody lets one run take three weeks of four machines.
_LONGEST_RUN = 1_800.0
#: Chance of a run to start, Monday to Sunday, relative to a working day.
_STARTS = np.array([1.1, 1.1, 1.0, 1.0, 1.2, 0.35, 0.25])
#: Chance that somebody forgets the tags of a job on a day, and its machine hours.
_FORGOTTEN_CHANCE, _FORGOTTEN_HOURS = 0.08, (2.0, 14.0)


def training_hours(
    seed: int, cluster: Cluster, planted: tuple[Planted, ...]
) -> tuple[Hours, Hours, tuple[Run, ...]]:
    """[T] machine hours with and without anomalies, many days have none; and the runs with them.

    An anomaly is one run more. The hours of the runs of a day sum to the struck ones, but for what
    is rounded to millionths.
    """
    rng = generator(seed, "cluster", cluster.team, cluster.model)
    weekday = (DAYS.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    rate = cluster.runs_a_week / _STARTS.sum() * _STARTS[weekday]
    starts = rng.poisson(rate * demand.rhythm(TEAMS[cluster.team], 0.5))
    price = contracted(GPU_PRICES[cluster.machine][-1].list_price) / MICRO
    mean = cluster.usd_month / price / _DAYS_A_MONTH * 7 / cluster.runs_a_week
    size = mean * demand.growth(cluster.growth)
    calm = np.zeros(DAYS_COUNT)
    runs = []
    for day in np.flatnonzero(starts).tolist():
        for number in range(1, starts[day] + 1):
            used = _draw_run(rng, day, size[day], cluster.tail)
            calm[day : day + len(used)] += used
            runs.append(_run(day, number, used))
    struck = calm.copy()
    for event in planted:
        if event.hits(cluster.team, cluster.model, "runaway_training"):
            extra = event.strength * typical(calm)
            struck[event.start : event.start + event.length] += extra
            runs.append(_run(event.start, int(starts[event.start]) + 1, [extra] * event.length))
    return struck, calm, tuple(runs)


def typical(hours: Hours) -> float:
    """Hours of an average day of use: what an anomaly's strength is measured in."""
    return float(hours[hours > 0].mean())


def _draw_run(rng: np.random.Generator, day: int, mean: float, tail: float) -> list[float]:
    """Log-normal machine hours by day, over as many days as the run's machines need."""
    total = min(_LONGEST_RUN, mean * float(rng.lognormal(-(tail**2) / 2, tail)))
    machines = int(rng.choice(_SIZES, p=_ODDS))
    left_today = float(rng.uniform(4, 24))
    hours: list[float] = []
    while total > 0 and day + len(hours) < DAYS_COUNT:
        used = min(total, machines * left_today)
        hours.append(used)
        total -= used
        left_today = 24.0
    return hours


def _run(started: int, number: int, hours: list[float]) -> Run:
    return Run(
        started, number, {started + age: round(own * MICRO) for age, own in enumerate(hours)}
    )


def endpoint_hours(
    seed: int, endpoint: Endpoint, planted: tuple[Planted, ...]
) -> tuple[Hours, Hours]:
    """[T] machine hours with and without anomalies; an endpoint never scales to nothing."""
    rng = generator(seed, "endpoint", endpoint.team, endpoint.model)
    use = demand.rhythm(TEAMS[endpoint.team], 0.35) * demand.growth(endpoint.growth)
    calm = 24 * endpoint.machines * use * demand.noise(rng, endpoint.noise)
    calm *= demand.launch(endpoint.since)
    struck = calm.copy()
    for event in planted:
        if event.hits(endpoint.team, endpoint.model, "idle_endpoint"):
            # Whole machines, left on around the clock.
            extra = 24 * max(1, round(event.strength * typical(calm) / 24))
            struck[event.start : event.start + event.length] += extra
    return struck, calm


def notebook_hours(seed: int) -> Hours:
    """[T] hours of an untagged notebook machine: on working days, sometimes left on at night."""
    rng = generator(seed, "notebook")
    hours = rng.choice([8.0, 10.0, 24.0], size=DAYS_COUNT, p=[0.5, 0.35, 0.15])
    hours *= rng.uniform(0.9, 1.0, DAYS_COUNT)
    week = (DAYS.astype(np.int64) + 3) % 7
    return np.where(week < 5, hours, 0.0)


def forgotten_job_hours(seed: int) -> Hours:
    """[T] hours of training jobs whose tags were forgotten, on few days."""
    rng = generator(seed, "forgotten")
    happens = rng.uniform(size=DAYS_COUNT) < _FORGOTTEN_CHANCE
    return np.where(happens, rng.uniform(*_FORGOTTEN_HOURS, DAYS_COUNT), 0.0)
