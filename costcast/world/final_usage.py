"""What the series of a world used beside what they cost, in the final numbers of the sources."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from costcast.world.arrival import FINAL
from costcast.world.bill import Line
from costcast.world.build import World
from costcast.world.calendar import DAYS_COUNT, index_of
from costcast.world.hardware import MACHINES
from costcast.world.inference import COUNTS, Traffic
from costcast.world.mistakes import CORRECTION
from costcast.world.prices import MICRO, PICO
from costcast.world.runs import longest
from costcast.world.teams import SHARED, SHARED_PARTS
from costcast.world.truth import current_key, final_panel, line_truth
from ledger.largest_runs import RUN_DAYS
from ledger.series import SeriesKey
from models.usage import AMOUNTS, Usage

__all__ = ["final_usage"]

Amounts = NDArray[np.float64]

#: Count of a service -> amount.
_NAMES = {
    "requests": "requests",
    "failed": "failed_requests",
    "uncached": "input",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "output": "output",
}
_TOKENS = slice(COUNTS.index("uncached"), len(COUNTS))


def final_usage(world: World) -> Usage:
    """Usage of the series of `final_panel` [N, T]; what a ledger with all deliveries would show.

    Days without traffic and classes without tokens are NaN, not 0: the sources state no row of
    them. Storage has no amounts, and nobody states how many of a machine's hours were busy. What
    several teams share counts with each one's share.
    """
    keys = final_panel(world).keys
    rows = {key: row for row, key in enumerate(keys)}
    amounts = {name: np.full((len(keys), DAYS_COUNT), np.nan) for name in AMOUNTS}
    for key, name, amount in _amounts(world):
        own = amounts[name][rows[key]]
        # A series that used both tokens and GPUs would add the two up, as its evidence does.
        own[:] = np.where(np.isnan(own), amount, own + np.nan_to_num(amount))
    hours, costs = (np.full((len(keys), DAYS_COUNT), np.nan) for _ in range(2))
    for key, gpu_hours, cost in _runs(world):
        hours[rows[key]] = np.fmax(hours[rows[key]], gpu_hours)
        costs[rows[key]] = np.fmax(costs[rows[key]], cost)
    measured = {name: amount for name, amount in amounts.items() if np.isfinite(amount).any()}
    return Usage(measured, hours, costs)


def _amounts(world: World) -> Iterator[tuple[SeriesKey, str, Amounts]]:
    """Amounts [T] of every service and machine under today's organisation; NaN = not measured."""
    for traffic in world.traffic:
        key = SeriesKey.of(team=traffic.service.team, model=traffic.service.model)
        for name, amount in _of_traffic(traffic):
            yield current_key(key), name, amount
    for line in world.bill.lines:
        if line.machine is not None:
            truth, used = line_truth(line), line.quantity[FINAL] > 0
            hours = np.where(used, truth.gpu_hours, np.nan)
            for name in ("quantity", "gpu_hours"):
                yield current_key(truth.key), name, hours
            yield current_key(truth.key), "cost", np.where(used, truth.cost / PICO, np.nan)


def _of_traffic(traffic: Traffic) -> Iterator[tuple[str, Amounts]]:
    used = traffic.counts[COUNTS.index("requests")] > 0
    for count, own in zip(COUNTS, traffic.counts, strict=True):
        # A row states its requests even where none failed; tokens of a class only where there are.
        stated = used & (own > 0) if count in COUNTS[_TOKENS] else used
        yield _NAMES[count], np.where(stated, own, np.nan)
    tokens = traffic.counts[_TOKENS].sum(axis=0)
    yield "quantity", np.where(used, tokens, np.nan)
    yield "cost", np.where(used, traffic.cost * ~traffic.unpriced / PICO, np.nan)


def _runs(world: World) -> Iterator[tuple[SeriesKey, Amounts, Amounts]]:
    """GPU-hours and dollars of every run of a series a day [T]; NaN where it is none.

    A ledger cannot know better: what came into use lately is a run, be it an endpoint or a bucket.
    """
    for line in world.bill.lines:
        key = SeriesKey.of(team=line.team, model=line.model)
        for gpu_hours, pico in _resources(line):
            is_run = _is_new(pico)
            hours = np.where(is_run & (gpu_hours > 0), gpu_hours, np.nan)
            cost = np.where(is_run, pico / PICO, np.nan)
            if line.team != SHARED:
                yield current_key(key), hours, cost
                continue
            for team, share in SHARED_PARTS.items():
                yield SeriesKey.of(team=team, model=line.model), share * hours, share * cost


def _resources(line: Line) -> Iterator[tuple[Amounts, NDArray[np.int64]]]:
    """[T] GPU-hours and pico-dollars of every resource of a line."""
    if not line.runs:
        truth = line_truth(line)
        yield truth.gpu_hours, truth.cost
    gpus = 0 if line.machine is None else MACHINES[line.machine].gpus
    corrected = line.name == CORRECTION.line
    charged = longest(line.runs, index_of(CORRECTION.day)) if corrected else None
    for run in line.runs:
        hours = np.zeros(DAYS_COUNT, dtype=np.int64)
        hours[list(run.micro_hours)] = list(run.micro_hours.values())
        if run is charged:
            hours[index_of(CORRECTION.day)] -= CORRECTION.hours
        yield hours * gpus / MICRO, hours * line.price


def _is_new(cost: NDArray[np.int64]) -> NDArray[np.bool_]:
    """[T] whether a resource is used, at most `RUN_DAYS` days after the first time."""
    used = cost > 0
    return used & (np.arange(DAYS_COUNT) - int(np.argmax(used)) <= RUN_DAYS)
