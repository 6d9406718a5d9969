"""What the cloud bill charges: a line per resource, in exact quantities and prices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from costcast.world import arrival, machines, storage
from costcast.world.anomalies import Planted
from costcast.world.calendar import DAYS, DAYS_COUNT, index_of
from costcast.world.catalogue import BUCKETS, CLUSTERS, ENDPOINTS, Cluster
from costcast.world.hardware import ENDPOINT_MACHINE, JOB_MACHINE, NOTEBOOK_MACHINE
from costcast.world.mistakes import CORRECTION
from costcast.world.prices import (
    GPU_PRICES,
    MICRO,
    RESERVED_PRICE,
    STORAGE_PRICE,
    contracted,
    price_by_day,
)
from costcast.world.runs import Run, that_add_up
from ledger.series import NONE, UNALLOCATED

__all__ = [
    "RESERVED_HOURS",
    "RESERVED_SINCE",
    "Bill",
    "Line",
    "draw_bill",
]

Numbers = NDArray[np.int64]

#: A reservation of sixteen endpoint machines for a year: 384 hours of every day are paid for.
RESERVED_SINCE = date(2026, 1, 1)
RESERVED_HOURS = 16 * 24 * MICRO


@dataclass(frozen=True)
class Line:
    """One resource on the bill, or a cluster whose training runs are resources.

    `quantity` is [3, T] millionths of a unit (machine hours or GB-months) by state of arrival,
    `reserved` the part of it that the reservation pays; `calm` and `calm_reserved` [T] are the
    final ones without anomalies anywhere. `team` is what its tags say, UNALLOCATED where it has
    none. `list_price` [T] is in micro-dollars a unit, the contract price below it. The hours of
    `runs` sum to the final quantity; a line without runs is one resource.
    """

    purpose: str
    team: str
    model: str
    machine: str | None  # None = storage
    quantity: Numbers
    calm: Numbers
    list_price: Numbers
    reserved: Numbers = field(
        default_factory=lambda: np.zeros((arrival.STATES, DAYS_COUNT), dtype=np.int64)
    )
    calm_reserved: Numbers = field(default_factory=lambda: np.zeros(DAYS_COUNT, dtype=np.int64))
    runs: tuple[Run, ...] = ()

    @property
    def name(self) -> str:
        """Unique name of the resource or cluster."""
        return f"{self.team}-{self.purpose}"

    @property
    def cost(self) -> Numbers:
        """[T] final effective pico-dollars."""
        return self._effective(self.quantity[arrival.FINAL], self.reserved[arrival.FINAL])

    @property
    def calm_cost(self) -> Numbers:
        """[T] final effective pico-dollars without anomalies."""
        return self._effective(self.calm, self.calm_reserved)

    @property
    def price(self) -> Numbers:
        """[T] contract price, micro-dollars a unit."""
        return np.array([contracted(int(price)) for price in self.list_price], dtype=np.int64)

    def _effective(self, quantity: Numbers, reserved: Numbers) -> Numbers:
        """Pay the reservation's rate for what it covers, the contract price for the rest."""
        return (quantity - reserved) * self.price + reserved * RESERVED_PRICE


@dataclass(frozen=True)
class Bill:
    """Every line, and what of the reservation was bought and left unused, [3, T] micro-hours."""

    lines: tuple[Line, ...]
    bought: Numbers
    unused: Numbers


def draw_bill(seed: int, planted: tuple[Planted, ...]) -> Bill:
    """The bill of a world."""
    endpoints = [
        _line(seed, "endpoint", item.team, item.model, ENDPOINT_MACHINE,
              machines.endpoint_hours(seed, item, planted))
        for item in ENDPOINTS
    ]  # fmt: skip
    training = [_training(seed, item, planted) for item in CLUSTERS]
    buckets = [
        _line(seed, "bucket", item.team, NONE, None, storage.gigabyte_months(seed, item, planted))
        for item in BUCKETS
    ]
    notebook, job = machines.notebook_hours(seed), machines.forgotten_job_hours(seed)
    untagged = [
        _line(seed, "notebook", UNALLOCATED, NONE, NOTEBOOK_MACHINE, (notebook, notebook)),
        _line(seed, "job", UNALLOCATED, NONE, JOB_MACHINE, (job, job)),
    ]
    share = arrival.shares(seed, arrival.BILL, "reservation")
    days = np.where(np.datetime64(RESERVED_SINCE, "D") <= DAYS, RESERVED_HOURS, 0)
    bought = arrival.arrived(days.astype(np.int64), share)
    covered, unused = _reserve(endpoints, bought)
    return Bill((*training, *covered, *buckets, *untagged), bought, unused)


def _training(seed: int, cluster: Cluster, planted: tuple[Planted, ...]) -> Line:
    struck, calm, runs = machines.training_hours(seed, cluster, planted)
    line = _line(seed, "training", cluster.team, cluster.model, cluster.machine, (struck, calm))
    return replace(line, runs=that_add_up(runs, line.quantity[arrival.FINAL]))


def _line(
    seed: int,
    purpose: str,
    team: str,
    model: str,
    machine: str | None,
    amounts: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Line:
    struck, calm = (np.rint(amount * MICRO).astype(np.int64) for amount in amounts)
    if f"{team}-{purpose}" == CORRECTION.line:
        for hours in (struck, calm):
            hours[index_of(CORRECTION.day)] = max(
                hours[index_of(CORRECTION.day)], CORRECTION.charged
            )
    share = arrival.shares(seed, arrival.BILL, f"{team}-{purpose}-{model}")
    steps = (
        ((DAYS[0].item(), STORAGE_PRICE),)
        if machine is None
        else tuple((step.since, step.list_price) for step in GPU_PRICES[machine])
    )
    return Line(
        purpose, team, model, machine, arrival.arrived(struck, share), calm, price_by_day(steps)
    )


def _reserve(endpoints: list[Line], bought: Numbers) -> tuple[list[Line], Numbers]:
    """Let the reservation pay for endpoint hours in the order of the lines, as far as it goes."""
    left, calm_left = bought, bought[arrival.FINAL]
    lines = []
    for line in endpoints:
        paid, calm_paid = np.minimum(left, line.quantity), np.minimum(calm_left, line.calm)
        left, calm_left = left - paid, calm_left - calm_paid
        lines.append(replace(line, reserved=paid, calm_reserved=calm_paid))
    return lines, left
