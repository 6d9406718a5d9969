"""Training runs: each a resource of its own, and their hours are exactly those of the cluster."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costcast.world import arrival
from costcast.world.bill import Line
from costcast.world.build import World, build_world
from costcast.world.calendar import DAYS_COUNT, FIRST_DAY, date_at, index_of
from costcast.world.catalogue import CLUSTERS
from costcast.world.machines import training_hours
from costcast.world.mistakes import CORRECTION
from costcast.world.prices import MICRO
from costcast.world.runs import Run, longest, parts, that_add_up
from costcast.world.statement import statement

Row = dict[str, str]
Delivered = Callable[[str, str], list[Row]]

HOURS = st.integers(0, 200 * MICRO)
SEEDS = (14, 101)


@pytest.fixture(scope="module", params=SEEDS)
def any_world(request: pytest.FixtureRequest) -> World:
    return build_world(request.param)


def _clusters(world: World) -> Iterator[Line]:
    found = [line for line in world.bill.lines if line.runs]
    assert {line.purpose for line in found} == {"training"}
    assert len(found) == 6
    yield from found


@given(st.lists(st.integers(1, 200 * MICRO), min_size=1, max_size=6), HOURS)
def test_parts_sum_to_the_amount_and_are_in_proportion(hours: list[int], amount: int) -> None:
    runs = [Run(7, number, {7: own}) for number, own in enumerate(hours, start=1)]
    own = [part for _, part in parts(runs, 7, amount)]
    assert sum(own) == amount
    for share, part in zip(hours, own, strict=True):
        assert abs(part - amount * share / sum(hours)) < 1 + 1e-6


@given(
    st.lists(st.tuples(st.integers(0, 4), HOURS, HOURS), max_size=6), st.lists(HOURS, min_size=8)
)
def test_hours_that_no_run_explains_are_given_to_one(
    drawn: list[tuple[int, int, int]], more: list[int]
) -> None:
    runs = [
        Run(start, number, {start: first, start + 1: second})
        for number, (start, first, second) in enumerate(drawn, start=1)
    ]
    total = np.array(
        [extra + sum(run.micro_hours.get(day, 0) for run in runs) for day, extra in enumerate(more)]
    )
    whole = that_add_up(runs, total)
    assert len({run.name for run in whole}) == len(whole)
    for day, wanted in enumerate(total.tolist()):
        assert sum(run.micro_hours.get(day, 0) for run in whole) == wanted


def test_a_day_on_which_nothing_ran_has_a_run_of_its_own() -> None:
    (other, new) = that_add_up([Run(0, 1, {0: 5})], np.array([5, 8]))
    assert other == Run(0, 1, {0: 5})
    assert new == Run(1, 1, {1: 8})
    assert longest([other], 1) is None
    assert new.name == f"{FIRST_DAY + timedelta(days=1):%Y%m%d}-1"


def test_the_hours_of_runs_are_those_of_the_cluster(any_world: World) -> None:
    for line in _clusters(any_world):
        hours = np.zeros(DAYS_COUNT, dtype=np.int64)
        for run in line.runs:
            days = sorted(run.micro_hours)
            assert days == list(range(run.started, run.started + len(days)))
            assert min(run.micro_hours.values()) > 0
            for day in days:
                hours[day] += run.micro_hours[day]
        assert np.array_equal(hours, line.quantity[arrival.FINAL])


def test_every_state_of_every_day_is_split_without_a_rest(any_world: World) -> None:
    for line in _clusters(any_world):
        for state, quantity in enumerate(line.quantity):
            for day in range(DAYS_COUNT):
                own = dict(enumerate(part for _, part in parts(line.runs, day, int(quantity[day]))))
                assert sum(own.values()) == quantity[day]
                assert all(part >= 0 for part in own.values())
                if state == arrival.FINAL:
                    used = [run.micro_hours[day] for run in line.runs if day in run.micro_hours]
                    assert list(own.values()) == used


def test_a_statement_bills_what_the_lines_have(any_world: World) -> None:
    """In the delivery of a morning the last two days have not arrived whole."""
    morning, month = date(2026, 8, 20), date(2026, 8, 1)
    billed: dict[tuple[str, str], int] = defaultdict(int)
    for charge in statement(any_world.bill, month, morning):
        if charge.row.get("ResourceType") == "Fleet":
            name = charge.row["ResourceName"].rsplit("-", 2)[0]
            billed[name, charge.row["ChargePeriodStart"][:10]] += charge.effective
    states = set()
    for line in _clusters(any_world):
        for day in range(index_of(month), index_of(morning)):
            state = arrival.state_at((morning - date_at(day)).days)
            states.add(state)
            wanted = int(line.quantity[state, day]) * int(line.price[day])
            assert billed.pop((line.name, str(date_at(day))), 0) == wanted
    assert states == {0, 1, 2}
    assert billed == {}


def test_a_run_that_did_not_stop_is_one_run(any_world: World) -> None:
    struck = [event for event in any_world.planted if event.kind == "runaway_training"]
    assert len(struck) == 2
    for event in struck:
        line = next(
            one
            for one in _clusters(any_world)
            if (one.team, one.model) == (event.team, event.model)
        )
        days = range(event.start, event.start + event.length)
        extra = (line.quantity[arrival.FINAL] - line.calm)[event.start : days.stop]
        assert extra.min() > 0
        (runaway,) = [
            run
            for run in line.runs
            if list(run.micro_hours) == list(days)
            and np.allclose(list(run.micro_hours.values()), extra, rtol=0, atol=2)
        ]
        assert max(other.number for other in line.runs if other.started == event.start) == (
            runaway.number
        )


def test_runs_take_days_not_months_as_a_rule(world: World) -> None:
    days = [len(run.micro_hours) for line in _clusters(world) for run in line.runs]
    assert 1_000 < len(days) < 1_500
    assert np.median(days) <= 2
    assert np.quantile(days, 0.99) < 31


def test_a_cluster_without_anomalies_has_the_calm_hours_only() -> None:
    for cluster in CLUSTERS:
        struck, calm, runs = training_hours(101, cluster, ())
        assert np.array_equal(struck, calm)
        hours = np.zeros(DAYS_COUNT)
        for run in runs:
            hours[list(run.micro_hours)] += np.array(list(run.micro_hours.values())) / MICRO
        assert np.allclose(hours, calm, rtol=0, atol=1e-5)


def test_every_run_on_the_bill_is_one_resource(delivered: Delivered) -> None:
    rows = [row for row in delivered("2026-09-05", "focus") if row["ResourceType"] == "Fleet"]
    days: dict[str, list[date]] = defaultdict(list)
    for row in rows:
        days[row["ResourceId"]].append(datetime.fromisoformat(row["ChargePeriodStart"]).date())
    names = {row["ResourceId"]: row["ResourceName"] for row in rows}
    assert len(names) == len(set(names.values())) > 900
    for resource, own in days.items():
        first = names[resource].split("-")[-2]
        assert f"{own[0]:%Y%m%d}" == first
        assert own == [own[0] + timedelta(days=age) for age in range(len(own))]
    for row in rows:
        assert row["ResourceId"].startswith(f"arn:aws:ec2:us-east-1:{row['SubAccountId']}:fleet/")
        assert row["SkuMeter"].startswith("BoxUsage:p")
        assert '"env":"train"' in row["Tags"]


def test_the_correction_names_a_run_that_was_charged_for_more(delivered: Delivered) -> None:
    rows = delivered("2026-10-20", "focus")
    (corrected,) = [row for row in rows if row["ChargeClass"] == "Correction"]
    (charged,) = [
        row
        for row in delivered("2026-10-01", "focus")
        if row["ResourceId"] == corrected["ResourceId"]
        and row["ChargePeriodStart"] == corrected["ChargePeriodStart"]
    ]
    assert charged["ResourceName"] == corrected["ResourceName"]
    assert charged["ResourceName"].startswith(f"{CORRECTION.line}-202609")
    assert Decimal(charged["ConsumedQuantity"]) + Decimal(corrected["ConsumedQuantity"]) > 0
