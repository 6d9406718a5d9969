"""The largest run of a day, against loops over single rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.allocation import AllocationRule
from ledger.basis import BasisRule
from ledger.costs import cost_cells
from ledger.fx import Rate
from ledger.largest_runs import RUN_DAYS, RUNS, largest_runs
from ledger.problems import BadInput
from ledger.reference import Reference
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]
Runs = dict[tuple[date, str, str], float]

DAY = date(2026, 8, 1)
EUROS = Decimal("1.25")
RULES = Reference(
    allocation=(
        AllocationRule.model_validate(
            {
                "name": "shared",
                "match": {"project": ["both"]},
                "shares": [{"team": "a", "share": "0.25"}, {"team": "b", "share": "0.75"}],
            }
        ),
        AllocationRule.model_validate({"name": "own", "team_from": "project"}),
    ),
    fx=(Rate(currency="EUR", base="USD", rate=EUROS),),
)
SHARES = {"both": {"a": 0.25, "b": 0.75}, "a": {"a": 1.0}, "b": {"b": 1.0}}

drawn_rows = st.lists(
    st.fixed_dictionaries(
        {
            "days": st.integers(0, 2) | st.integers(28, 34) | st.integers(60, 70),
            "resource_id": st.sampled_from(["r1", "r2", "r3", None]),
            "provider": st.sampled_from(["aws", "azure"]),
            "raw_model": st.sampled_from(["own", None]),
            "project": st.sampled_from(["a", "b", "both"]),
            "effective_cost": st.none() | st.integers(-3, 9).map(Decimal),
            "gpu_hours": st.none() | st.integers(-2, 8).map(float),
            "currency": st.sampled_from(["USD", "EUR"]),
            "charge_category": st.sampled_from(["usage", "usage", "usage", "purchase"]),
            "commitment_status": st.sampled_from([None, "Used", "Unused"]),
            "is_correction": st.booleans(),
        }
    ),
    max_size=16,
)


def _rows(make_row: MakeRow, drawn: Iterable[Row]) -> list[Row]:
    rows = []
    for number, values in enumerate(drawn, start=1):
        own = {name: value for name, value in values.items() if name != "days"}
        day = DAY + timedelta(days=values["days"])
        rows.append(make_row(day, row_number=number, **own))
    return rows


def _found(view: LedgerView, rules: Reference = RULES, *, name: str = "cost") -> Runs:
    table = largest_runs(view, rules, currency="USD")
    assert table.schema == RUNS
    found = table.to_pylist()
    order = [(row["day"], row["team"], row["model"]) for row in found]
    assert order == sorted(set(order))
    assert all(row["cost"] is not None or row["gpu_hours"] is not None for row in found)
    sizes = dict(zip(order, (row[name] for row in found), strict=True))
    return {series: size for series, size in sizes.items() if size is not None}


def _obvious(rows: list[Row], name: str) -> Runs:
    """Row by row: who used how much of what, since when, and which of it was the most."""
    used = [
        row
        for row in rows
        if row["charge_category"] == "usage"
        and row["commitment_status"] != "Unused"
        and row["resource_id"] is not None
    ]
    began: dict[tuple[str, str], date] = {}
    for row in used:
        resource = (row["provider"], row["resource_id"])
        began[resource] = min(row["period_start"].date(), began.get(resource, date.max))
    sums: dict[tuple[date, str, str], dict[tuple[str, str], float]] = defaultdict(dict)
    for row in used:
        resource, day = (row["provider"], row["resource_id"]), row["period_start"].date()
        if row[name] is None or day > began[resource] + timedelta(days=30):
            continue
        rate = EUROS if row["currency"] == "EUR" and name == "effective_cost" else Decimal(1)
        for team, share in SHARES[row["project"]].items():
            own = sums[day, team, row["raw_model"] or "(none)"]
            own[resource] = own.get(resource, 0.0) + share * float(rate) * float(row[name])
    largest = {series: max(own.values()) for series, own in sums.items()}
    is_run = {
        series: size >= 0 if name == "effective_cost" else size > 0
        for series, size in largest.items()
    }
    return {series: size for series, size in largest.items() if is_run[series]}


@settings(max_examples=150, deadline=None)
@given(drawn=drawn_rows)
def test_it_is_the_greatest_sum_of_a_new_resource(
    drawn: list[Row], make_row: MakeRow, make_view: MakeView
) -> None:
    rows = _rows(make_row, drawn)
    view = make_view(rows)
    assert _found(view) == pytest.approx(_obvious(rows, "effective_cost"))
    assert _found(view, name="gpu_hours") == pytest.approx(_obvious(rows, "gpu_hours"))


@settings(max_examples=60, deadline=None)
@given(drawn=drawn_rows, cut=st.integers(0, 71))
def test_later_use_changes_no_earlier_day(
    drawn: list[Row], cut: int, make_row: MakeRow, make_view: MakeView
) -> None:
    end = DAY + timedelta(days=cut)
    early = _rows(make_row, [row for row in drawn if row["days"] < cut])
    whole = _found(make_view(_rows(make_row, drawn)))
    assert _found(make_view(early)) == {key: cost for key, cost in whole.items() if key[0] < end}


def test_what_stays_is_no_run_any_more(make_row: MakeRow, make_view: MakeView) -> None:
    days = [DAY + timedelta(days=age) for age in range(40)]
    use: Row = {"project": "a", "raw_model": "own"}
    rows = [make_row(day, **use, resource_id="endpoint", effective_cost=Decimal(9)) for day in days]
    rows.append(make_row(days[-1], **use, resource_id="job", effective_cost=Decimal(2)))
    found = _found(make_view(rows))
    assert found == {
        **{(day, "a", "own"): 9.0 for day in days[: RUN_DAYS + 1]},
        (days[-1], "a", "own"): 2.0,
    }


def test_a_correction_of_the_day_is_part_of_its_cost(
    make_row: MakeRow, make_view: MakeView
) -> None:
    use: Row = {"project": "a", "raw_model": "own", "resource_id": "job"}
    later = DAY + timedelta(days=5)
    rows = [
        make_row(DAY, **use, effective_cost=Decimal(50)),
        make_row(DAY, **use, effective_cost=Decimal(-20), is_correction=True),
        make_row(later, **use, effective_cost=Decimal(-5), is_correction=True),
    ]
    assert _found(make_view(rows)) == {(DAY, "a", "own"): 30.0}


def test_the_dearest_run_need_not_be_the_one_with_the_most_hours(
    make_row: MakeRow, make_view: MakeView
) -> None:
    use: Row = {"project": "a", "raw_model": "own"}
    rows = [
        make_row(DAY, **use, resource_id="long", effective_cost=Decimal(5), gpu_hours=24.0),
        make_row(DAY, **use, resource_id="dear", effective_cost=Decimal(50), gpu_hours=8.0),
        make_row(DAY, **use, resource_id="unpriced", gpu_hours=32.0),
    ]
    assert _found(make_view(rows)) == {(DAY, "a", "own"): 50.0}
    assert _found(make_view(rows), name="gpu_hours") == {(DAY, "a", "own"): 32.0}


def test_a_name_at_two_providers_is_two_resources(make_row: MakeRow, make_view: MakeView) -> None:
    use: Row = {"project": "a", "raw_model": "own", "resource_id": "job"}
    rows = [
        make_row(DAY, **use, provider=name, effective_cost=Decimal(cost))
        for name, cost in (("aws", 3), ("azure", 4))
    ]
    assert _found(make_view(rows)) == {(DAY, "a", "own"): 4.0}


def test_a_ledger_without_resources_has_no_runs(make_row: MakeRow, make_view: MakeView) -> None:
    row = make_row(DAY, project="a", effective_cost=Decimal(3))
    assert _found(make_view([row])) == {}
    assert _found(make_view([])) == {}


def _measured_twice(make_row: MakeRow) -> list[Row]:
    """A machine on the bill, and the two jobs on it as the cluster tells them."""
    use: Row = {"project": "a", "raw_model": "own", "provider": "aws"}
    jobs = (("job1", 6), ("job2", 2))
    return [
        make_row(DAY, **use, source="focus", resource_id="i-1", effective_cost=Decimal(12)),
        *(
            make_row(DAY, **use, source="opencost", resource_id=name, effective_cost=Decimal(cost))
            for name, cost in jobs
        ),
    ]


@pytest.mark.parametrize(
    ("total", "split", "cost"),
    [("focus", "focus", 12.0), ("opencost", "opencost", 6.0), ("focus", "opencost", 9.0)],
)
def test_what_is_measured_twice_counts_as_the_rule_says(
    make_row: MakeRow, make_view: MakeView, total: str, split: str, cost: float
) -> None:
    view = make_view(_measured_twice(make_row))
    rule = BasisRule(provider="aws", total=total, split=split)
    rules = Reference(allocation=RULES.allocation, basis=(rule,))
    assert _found(view, rules) == {(DAY, "a", "own"): cost}


def test_who_counts_is_asked_of_sources_without_resources_too(
    make_row: MakeRow, make_view: MakeView
) -> None:
    """A gateway decides about calls that a bill has under the name of an endpoint."""
    use: Row = {"project": "a", "raw_model": "gpt-5", "provider": "azure"}
    rows = [
        make_row(DAY, **use, resource_id="endpoint", effective_cost=Decimal(5)),
        make_row(DAY, **use, source="litellm", effective_cost=Decimal(4)),
    ]
    rule = BasisRule(provider="azure", total="litellm", split="litellm")
    rules = Reference(allocation=RULES.allocation, basis=(rule,))
    assert _found(make_view(rows), rules) == {}


def test_without_a_rule_it_is_refused_like_a_table_of_costs(
    make_row: MakeRow, make_view: MakeView
) -> None:
    view = make_view(_measured_twice(make_row))
    with pytest.raises(BadInput) as wanted:
        cost_cells(view, RULES, allocation="current", currency="USD")
    with pytest.raises(BadInput) as got:
        largest_runs(view, RULES, currency="USD")
    assert str(got.value) == str(wanted.value)


def test_use_without_a_rate_is_refused(make_row: MakeRow, make_view: MakeView) -> None:
    row = make_row(DAY, resource_id="job", effective_cost=Decimal(3), currency="JPY")
    with pytest.raises(BadInput, match="JPY"):
        largest_runs(make_view([row]), RULES, currency="USD")
