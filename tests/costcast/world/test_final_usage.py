"""Usage of a world is what its exports say, row by row."""

import csv
import gzip
import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from numpy.typing import NDArray

from costcast.world.build import World
from costcast.world.calendar import DAYS, FIRST_DAY, index_of
from costcast.world.deliveries import write_deliveries
from costcast.world.final_usage import final_usage
from costcast.world.hardware import MACHINES
from costcast.world.teams import CURRENT_TEAM, SHARED_PARTS
from costcast.world.truth import final_panel
from models.usage import Usage

Row = dict[str, str]
Point = tuple[str, str, int]  # team, model, column
Sums = dict[str, dict[Point, Decimal]]

#: Later days have not arrived whole.
LAST_WHOLE = date(2026, 10, 17)
RUN_DAYS = 30


@pytest.fixture(scope="module")
def usage(world: World) -> Usage:
    return final_usage(world)


@pytest.fixture(scope="module")
def exported(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """Every row of both sources, as told on the last morning."""
    rows = {}
    for file in write_deliveries(world, tmp_path_factory.mktemp("exports"), daily_days=0):
        with gzip.open(file.path, "rt", encoding="utf-8", newline="") as text:
            rows[file.source] = list(csv.DictReader(text))
    return rows


def _column(text: str) -> int:
    return index_of(date.fromisoformat(text[:10]))


def _of_gateway(rows: list[Row]) -> Sums:
    sums: Sums = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        team = CURRENT_TEAM.get(row["team_id"], row["team_id"])
        at = (team, row["model_group"], _column(row["date"]))
        read, write = (int(row[f"cache_{name}_input_tokens"]) for name in ("read", "creation"))
        classes = {
            "input": int(row["prompt_tokens"]) - read - write,
            "cache_read": read,
            "cache_write": write,
            "output": int(row["completion_tokens"]),
        }
        for name, tokens in classes.items():
            if tokens:
                sums[name][at] += tokens
        sums["requests"][at] += int(row["api_requests"])
        sums["failed_requests"][at] += int(row["failed_requests"])
        sums["quantity"][at] += int(row["prompt_tokens"]) + int(row["completion_tokens"])
        sums["cost"][at] += Decimal(row["spend"])
    return sums


def _used(rows: list[Row]) -> list[Row]:
    return [
        row
        for row in rows
        if row["ChargeCategory"] == "Usage" and row["CommitmentDiscountStatus"] != "Unused"
    ]


def _owner(row: Row) -> tuple[str, str]:
    tags = json.loads(row["Tags"] or "{}")
    team = tags.get("team", "unallocated")
    return CURRENT_TEAM.get(team, team), tags.get("model", "(none)")


def _of_machines(rows: list[Row]) -> Sums:
    sums: Sums = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        if row["ConsumedUnit"] == "Hours":
            at = (*_owner(row), _column(row["ChargePeriodStart"]))
            machine = json.loads(row["SkuPriceDetails"])["InstanceType"]
            hours = Decimal(row["ConsumedQuantity"]) * MACHINES[machine].gpus
            sums["gpu_hours"][at] += hours
            sums["quantity"][at] += hours
            sums["cost"][at] += Decimal(row["EffectiveCost"])
    return sums


def _dearest(rows: list[Row]) -> dict[Point, float]:
    first: dict[str, int] = {}
    costs: dict[tuple[str, Point], Decimal] = defaultdict(Decimal)
    for row in rows:
        column = _column(row["ChargePeriodStart"])
        first[row["ResourceId"]] = min(column, first.get(row["ResourceId"], column))
        costs[row["ResourceId"], (*_owner(row), column)] += Decimal(row["EffectiveCost"])
    dearest: dict[Point, float] = {}
    for (resource, (team, model, column)), cost in costs.items():
        if column - first[resource] <= RUN_DAYS:
            shares = SHARED_PARTS if team == "shared" else {team: 1.0}
            for owner, share in shares.items():
                at = (owner, model, column)
                dearest[at] = max(share * float(cost), dearest.get(at, 0.0))
    return dearest


def _assert_equal(world: World, told: dict[Point, float], found: NDArray[np.float64]) -> None:
    """Both have the same days, with the same amounts."""
    wanted = np.full(found.shape, np.nan)
    rows = {(key["team"], key["model"]): row for row, key in enumerate(final_panel(world).keys)}
    for (team, model, column), amount in told.items():
        wanted[rows[team, model], column] = amount
    whole = slice(index_of(LAST_WHOLE) + 1)
    np.testing.assert_allclose(found[:, whole], wanted[:, whole], rtol=1e-12)


def test_amounts_are_those_of_the_exports(
    world: World, usage: Usage, exported: dict[str, list[Row]]
) -> None:
    gateway = _of_gateway(exported["litellm"])
    machines = _of_machines(_used(exported["focus"]))
    assert set(usage.amounts) == set(gateway) | set(machines)
    for name, amount in usage.amounts.items():
        both = (sums.get(name, {}) for sums in (gateway, machines))
        told = {at: float(own) for sums in both for at, own in sums.items()}
        _assert_equal(world, told, amount)


def test_the_largest_run_is_the_dearest_new_resource_of_a_day(
    world: World, usage: Usage, exported: dict[str, list[Row]]
) -> None:
    _assert_equal(world, _dearest(_used(exported["focus"])), usage.run_cost)


def test_no_day_without_use_has_an_amount(world: World, usage: Usage) -> None:
    for traffic in world.traffic:
        service = traffic.service
        if (service.team, service.model) == ("research", "claude-sonnet-4-5"):
            row = final_panel(world).unique_ids.index("team=research/model=claude-sonnet-4-5")
            started = index_of(service.since)
            for name in ("requests", "failed_requests", "input", "quantity", "cost"):
                assert np.isnan(usage.amounts[name][row, :started]).all()
                assert np.isfinite(usage.amounts[name][row, started:]).all()
            assert not usage.amounts["cost"][row, started : started + 5].any()  # no price yet
    assert "busy_hours" not in usage.amounts


def test_a_training_run_is_told_from_the_rest_of_its_day(world: World, usage: Usage) -> None:
    panel = final_panel(world)
    row = panel.unique_ids.index("team=ads/model=ranker-ft")
    ran = np.isfinite(usage.run_cost[row])
    assert np.array_equal(ran, panel.value[row] > 0)
    assert (usage.run_cost[row, ran] <= panel.value[row, ran] * (1 + 1e-12)).all()
    assert np.mean(usage.run_cost[row, ran] < 0.99 * panel.value[row, ran]) > 0.1


def test_a_run_of_many_weeks_is_one_for_a_month(world: World, usage: Usage) -> None:
    (line,) = [line for line in world.bill.lines if line.name == "research-training"]
    (long,) = [run for run in line.runs if len(run.micro_hours) > RUN_DAYS + 1]
    late = list(long.micro_hours)[RUN_DAYS + 1 :]
    alone = [
        day for day in late if all(day not in run.micro_hours for run in line.runs if run != long)
    ]
    row = final_panel(world).unique_ids.index("team=research/model=vision-ft")
    assert alone
    assert np.isnan(usage.run_cost[row, alone]).all()


def test_endpoints_and_buckets_stop_being_runs_after_a_month(world: World, usage: Usage) -> None:
    panel = final_panel(world)
    for name, since in (
        ("team=assistant/model=vision-ft", date(2025, 10, 13)),
        ("team=platform/model=(none)", FIRST_DAY),
    ):
        row = panel.unique_ids.index(name)
        start = index_of(since)
        new = np.flatnonzero(np.isfinite(usage.run_cost[row]))
        assert new.tolist() == list(range(start, start + RUN_DAYS + 1))
        assert np.allclose(usage.run_cost[row, new], panel.value[row, new])
    assert DAYS[-1].item() - FIRST_DAY > timedelta(days=10 * RUN_DAYS)
