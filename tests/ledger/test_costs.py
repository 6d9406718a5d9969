"""Cost cells: exact, equal to a slow reading of the rules, and honest about what is unknown."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.aliases import Alias
from ledger.allocation import AllocationRule, TeamShare
from ledger.basis import BasisRule
from ledger.cells import CELLS
from ledger.costs import cost_cells
from ledger.excluded import Excluded, left_out
from ledger.fx import Rate
from ledger.groups import exact_sum
from ledger.problems import BadInput
from ledger.reference import Reference
from ledger.teams import TeamRow
from ledger.view import LedgerView

Row = dict[str, Any]
MakeRow = Callable[..., Row]
MakeView = Callable[..., LedgerView]

DAY = date(2026, 10, 5)
RULES = (
    AllocationRule(
        name="shared",
        match={"tags.team": ("shared",)},
        shares=(
            TeamShare(team="search", share=Decimal("0.4")),
            TeamShare(team="ads", share=Decimal("0.35")),
            TeamShare(team="growth", share=Decimal("0.25")),
        ),
        use_case="store",
    ),
    AllocationRule(name="tag", team_from="tags.team", use_case_from="tags.project"),
    AllocationRule(name="team", match={"source": ("litellm",)}, team_from="project"),
)
TEAMS = (
    TeamRow(name="growth", team="growth"),
    TeamRow(
        name="growth",
        team="marketing",
        valid_from=date(2026, 7, 1),
        known_at=datetime(2026, 6, 15, tzinfo=UTC),
    ),
)
ALIASES = (
    Alias(raw_model="*gpt-5-mini*", model="gpt-5-mini"),
    Alias(raw_model="gpt-5-20??-??-??", model="gpt-5"),
)
REFERENCE = Reference(teams=TEAMS, allocation=RULES, aliases=ALIASES)


def _cells(view: LedgerView, reference: Reference = REFERENCE, **options: Any) -> Any:  # noqa: ANN401
    return cost_cells(view, reference, **({"allocation": "current", "currency": "USD"} | options))


def _by(cells: Any, *names: str, value: str = "effective_cost") -> dict[Any, Any]:  # noqa: ANN401
    sums: dict[Any, Any] = {}
    for cell in cells.to_pylist():
        key = tuple(cell[name] for name in names) if len(names) > 1 else cell[names[0]]
        if cell[value] is not None:
            sums[key] = sums.get(key, 0) + cell[value]
    return sums


def test_a_cell_says_what_its_rows_said(make_row: MakeRow, make_view: MakeView) -> None:
    gateway = {
        "source": "litellm",
        "account": "litellm",
        "provider": "openai",
        "meter": "tokens",
        "cost_origin": "gateway",
        "project": "ads",
        "raw_model": "openai/gpt-5-mini",
    }
    rows = [
        make_row(
            DAY,
            **gateway,
            effective_cost=Decimal("1.5"),
            input_tokens_uncached=10,
            output_tokens=5,
            reasoning_tokens=4,
            requests=2,
        ),
        make_row(DAY, **gateway, effective_cost=Decimal("0.25"), output_tokens=1, requests=1),
    ]
    cells = _cells(make_view(rows))
    assert cells.schema.equals(CELLS)
    (cell,) = cells.to_pylist()
    assert cell == {
        "day": DAY,
        "source": "litellm",
        "account": "litellm",
        "provider": "openai",
        "team": "ads",
        "use_case": "unallocated",
        "model": "gpt-5-mini",
        "region": "(none)",
        "meter": "tokens",
        "charge_category": "usage",
        "cost_origin": "gateway",
        "is_unused_commitment": False,
        "is_unpriced": False,
        "currency": "USD",
        "effective_cost": Decimal("1.75"),
        "billed_cost": None,
        "unexplained_cost": None,
        "requests": 3,
        "total_tokens": 16,
        "gpu_hours": None,
        "rows": 2,
    }


def test_an_empty_view_has_no_cells(make_view: MakeView) -> None:
    cells = _cells(make_view([]))
    assert cells.num_rows == 0
    assert cells.schema.equals(CELLS)


@pytest.mark.parametrize(
    ("values", "unpriced"),
    [
        ({"cost_origin": "gateway", "output_tokens": 5, "effective_cost": Decimal(0)}, True),
        ({"cost_origin": "computed", "output_tokens": 5}, True),
        ({"cost_origin": "gateway", "output_tokens": 5, "effective_cost": Decimal("0.01")}, False),
        ({"cost_origin": "gateway", "output_tokens": 0, "effective_cost": Decimal(0)}, False),
        ({"cost_origin": "gateway", "effective_cost": Decimal(0)}, False),
        ({"cost_origin": "billed", "output_tokens": 5, "effective_cost": Decimal(0)}, False),
    ],
)
def test_tokens_without_a_price_are_unpriced(
    make_row: MakeRow, make_view: MakeView, values: Row, unpriced: bool
) -> None:
    (cell,) = _cells(make_view([make_row(DAY, **values)])).to_pylist()
    assert cell["is_unpriced"] is unpriced


def test_current_and_as_charged_owner(make_row: MakeRow, make_view: MakeView) -> None:
    days = [date(2026, 6, 30), date(2026, 7, 1)]
    tags = '{"team": "growth"}'
    view = make_view([make_row(day, tags=tags, effective_cost=Decimal(1)) for day in days])
    assert set(_by(_cells(view), "team")) == {"marketing"}
    assert _by(_cells(view, allocation="as_charged"), "day", "team") == {
        (days[0], "growth"): 1,
        (days[1], "marketing"): 1,
    }


def test_a_rule_holds_on_its_days(make_row: MakeRow, make_view: MakeView) -> None:
    rules = (
        AllocationRule(name="old", team="a", valid_to=date(2026, 10, 5)),
        AllocationRule(name="new", team="b", valid_from=date(2026, 10, 6)),
    )
    view = make_view(
        [make_row(date(2026, 10, day), effective_cost=Decimal(1)) for day in (4, 5, 6)]
    )
    cells = _cells(view, Reference(allocation=rules), allocation="as_charged")
    assert cells["team"].to_pylist() == ["a", "unallocated", "b"]


def test_commitments_nobody_used_are_marked(make_row: MakeRow, make_view: MakeView) -> None:
    view = make_view([make_row(DAY, commitment_status="Unused", effective_cost=Decimal(3))])
    assert _cells(view)["is_unused_commitment"].to_pylist() == [True]


def test_the_alias_of_the_day_counts(make_row: MakeRow, make_view: MakeView) -> None:
    change = date(2026, 10, 5)
    aliases = (
        Alias(raw_model="gpt-latest", model="gpt-4", valid_to=change),
        Alias(raw_model="gpt-latest", model="gpt-5", valid_from=change),
    )
    rows = [
        make_row(date(2026, 10, 4), raw_model="gpt-latest"),
        make_row(date(2026, 10, 5), raw_model="gpt-latest"),
        make_row(date(2026, 10, 6), tags='{"model": "gpt-latest"}'),
        make_row(date(2026, 10, 7), raw_model="own-model"),
        make_row(date(2026, 10, 8)),
    ]
    cells = _cells(make_view(rows), Reference(aliases=aliases))
    assert cells["model"].to_pylist() == ["gpt-4", "gpt-5", "gpt-5", "own-model", "(none)"]


def test_foreign_money_is_converted_at_the_rate_of_its_day(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rates = (
        Rate(currency="EUR", base="USD", rate=Decimal("1.1"), valid_to=date(2026, 10, 5)),
        Rate(currency="EUR", base="USD", rate=Decimal("1.2"), valid_from=date(2026, 10, 5)),
    )
    euro = {"currency": "EUR", "effective_cost": Decimal(10)}
    rows = [
        make_row(date(2026, 10, 4), **euro),
        make_row(date(2026, 10, 5), **euro),
        make_row(date(2026, 10, 5), effective_cost=Decimal(1)),
    ]
    cells = _cells(make_view(rows), Reference(fx=rates))
    assert cells["currency"].to_pylist() == ["USD", "USD"]
    assert cells["effective_cost"].to_pylist() == [Decimal(11), Decimal(13)]


def test_currencies_without_a_rate_are_named(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(DAY, currency=code, effective_cost=Decimal(1)) for code in ("USD", "EUR", "GBP")
    ]
    with pytest.raises(BadInput, match=r"EUR \(from 2026-10-05\), GBP \(from 2026-10-05\)"):
        _cells(make_view(rows))


def test_a_foreign_row_without_money_needs_no_rate(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(DAY, currency="EUR", output_tokens=5),
        make_row(DAY, currency="GBP", effective_cost=Decimal(0)),
    ]
    cells = _cells(make_view(rows))
    assert exact_sum(cells["total_tokens"]) == 5
    assert set(cells["currency"].to_pylist()) == {"USD"}


amounts = st.one_of(
    st.none(), st.decimals(min_value=-(10**6), max_value=10**6, places=12, allow_nan=False)
)
names = st.sampled_from([None, "search", "ads", "growth"])
sources = st.sampled_from([("focus", "aws"), ("litellm", "openai")])


@st.composite
def raw_rows(draw: st.DrawFn) -> Row:
    source, provider = draw(sources)
    team = draw(st.sampled_from([None, "shared", "growth", "search"]))
    return {
        "day": date(2026, 6, 29) + timedelta(days=draw(st.integers(0, 4))),
        "source": source,
        "provider": provider,
        "project": draw(names),
        "tags": None if team is None else f'{{"team": "{team}"}}',
        "raw_model": draw(st.sampled_from([None, "openai/gpt-5-mini", "gpt-5-2025-08-07", "own"])),
        "charge_category": draw(st.sampled_from(["usage", "usage", "tax", "credit"])),
        "effective_cost": draw(amounts),
        "billed_cost": draw(amounts),
        "requests": draw(st.one_of(st.none(), st.integers(0, 10**9))),
    }


def _slow_team(row: Row, day: date) -> dict[str, Decimal]:
    """Shares by team, read off the rules above by hand."""
    marketing = "marketing" if day >= date(2026, 7, 1) else "growth"
    team = row["tags"] and row["tags"].split('"')[3]
    if team == "shared":
        return {"search": Decimal("0.4"), "ads": Decimal("0.35"), marketing: Decimal("0.25")}
    if team is None:
        team = row["project"] if row["source"] == "litellm" else None
    team = marketing if team == "growth" else team
    return {team or "unallocated": Decimal(1)}


def _slow_model(row: Row) -> str:
    for glob, model in (("*gpt-5-mini*", "gpt-5-mini"), ("gpt-5-20??-??-??", "gpt-5")):
        if row["raw_model"] and fnmatchcase(row["raw_model"], glob):
            return model
    return row["raw_model"] or "(none)"


@given(
    rows=st.lists(raw_rows(), max_size=30), allocation=st.sampled_from(["current", "as_charged"])
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_cells_equal_a_slow_reading_of_the_rules(
    make_row: MakeRow, make_view: MakeView, rows: list[Row], allocation: str
) -> None:
    view = make_view([make_row(**row) for row in rows])
    cells = _cells(view, allocation=allocation)
    for measure in ("effective_cost", "billed_cost", "requests"):
        whole = sum((Decimal(row[measure] or 0) for row in rows), Decimal(0))
        assert exact_sum(cells[measure]) == whole
        slow: dict[Any, Decimal] = defaultdict(Decimal)
        for row in rows:
            day = date(2026, 10, 20) if allocation == "current" else row["day"]
            for team, share in _slow_team(row, day).items():
                key = (row["day"], row["source"], team, _slow_model(row), row["charge_category"])
                slow[key] += Decimal(row[measure] or 0) * share
        fast = _by(cells, "day", "source", "team", "model", "charge_category", value=measure)
        # A part of a group is off by less than the smallest unit; a key here has few groups.
        unit = Decimal(1) if measure == "requests" else Decimal("1e-12")
        for key in slow.keys() | fast.keys():
            assert abs(slow.get(key, Decimal(0)) - fast.get(key, Decimal(0))) <= 10 * unit


@given(
    shares=st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(any),
    money=st.lists(amounts, min_size=1, max_size=10),
)
@settings(max_examples=30, deadline=None)
def test_random_shares_lose_nothing(
    make_row: MakeRow, make_view: MakeView, shares: list[int], money: list[Decimal | None]
) -> None:
    # Shares in thousandths of a whole, the rest to the first team.
    parts = [Decimal(share) / 6000 for share in shares]
    parts = [part.quantize(Decimal("0.0001")) for part in parts]
    parts[0] += 1 - sum(parts)
    rule = AllocationRule(
        name="all",
        shares=tuple(TeamShare(team=f"t{n}", share=part) for n, part in enumerate(parts)),
    )
    view = make_view([make_row(DAY, effective_cost=amount) for amount in money])
    cells = _cells(view, Reference(allocation=(rule,)))
    whole = sum((amount for amount in money if amount is not None), Decimal(0))
    assert exact_sum(cells["effective_cost"]) == whole
    if all(amount is None for amount in money):
        assert cells["effective_cost"].null_count == cells.num_rows


def test_the_order_of_rows_does_not_matter(make_row: MakeRow, make_view: MakeView) -> None:
    rows = [
        make_row(
            DAY + timedelta(days=number % 3),
            tags='{"team": "shared"}',
            effective_cost=Decimal(number) / 7 // Decimal("1e-12") * Decimal("1e-12"),
            gpu_hours=0.25 * number,
        )
        for number in range(20)
    ]
    assert _cells(make_view(rows)).equals(_cells(make_view(rows[::-1])))


BASIS = BasisRule(provider="openai", total="focus", split="litellm")


def _two_measurements(make_row: MakeRow, bill: str, *gateway: str) -> list[Row]:
    common = {"provider": "openai", "raw_model": "own"}
    rows = [
        make_row(
            DAY,
            **common,
            source="litellm",
            account="litellm",
            project=f"team{number}",
            effective_cost=Decimal(amount),
            billed_cost=Decimal(amount),
            requests=10,
        )
        for number, amount in enumerate(gateway)
    ]
    return [*rows, make_row(DAY, **common, effective_cost=Decimal(bill), requests=77)]


def test_two_sources_in_one_cell_need_a_rule(make_row: MakeRow, make_view: MakeView) -> None:
    view = make_view(_two_measurements(make_row, "90", "30"))
    with pytest.raises(BadInput, match=r"got 'focus and litellm', wanted .* provider openai"):
        _cells(view)
    other = BasisRule(provider="anthropic", total="focus", split="litellm")
    with pytest.raises(BadInput, match="focus and litellm"):
        _cells(view, Reference(basis=(other,)))


def test_the_split_is_scaled_to_the_total(make_row: MakeRow, make_view: MakeView) -> None:
    view = make_view(_two_measurements(make_row, "100", "30", "60"))
    cells = _cells(view, Reference(allocation=RULES, basis=(BASIS,)))
    third = Decimal("33.333333333333")
    assert _by(cells, "team") == {"team0": third, "team1": 100 - third}
    assert _by(cells, "team", value="unexplained_cost") == {
        "team0": third - 30,
        "team1": 100 - third - 60,
    }
    # Each source stays responsible for what it said; usage is counted once.
    assert _by(cells, "source") == {"litellm": 90, "focus": 10}
    assert exact_sum(cells["requests"]) == 20
    (rest,) = left_out(cells, "effective_cost")
    assert rest == Excluded("not_authoritative", Decimal(90))
    assert exact_sum(cells["effective_cost"]) + rest.amount == 190
    # The bill says nothing of billed cost: the gateway's stands.
    assert exact_sum(cells["billed_cost"]) == 90


def test_one_source_for_total_and_split(make_row: MakeRow, make_view: MakeView) -> None:
    view = make_view(_two_measurements(make_row, "100", "30", "60"))
    rule = BasisRule(provider="openai", total="litellm", split="litellm")
    cells = _cells(view, Reference(allocation=RULES, basis=(rule,)))
    assert _by(cells, "team") == {"team0": 30, "team1": 60}
    assert left_out(cells, "effective_cost")[0].amount == 100
    assert cells["unexplained_cost"].null_count == cells.num_rows


def test_a_split_of_mixed_sign_cannot_be_scaled(make_row: MakeRow, make_view: MakeView) -> None:
    view = make_view(_two_measurements(make_row, "100", "30", "-10"))
    cells = _cells(view, Reference(allocation=RULES, basis=(BASIS,)))
    assert _by(cells, "team") == {"unallocated": 100}
    assert left_out(cells, "effective_cost")[0].amount == 20


def test_money_that_one_source_knows_stands(make_row: MakeRow, make_view: MakeView) -> None:
    rows = _two_measurements(make_row, "100", "30")
    rows[0]["period_start"] += timedelta(days=1)
    cells = _cells(make_view(rows), Reference(basis=(BASIS,)))
    assert exact_sum(cells["effective_cost"]) == 130
    assert left_out(cells, "effective_cost") == []


def test_tokens_without_money_are_no_second_measurement(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = _two_measurements(make_row, "100", "0")
    rows[0] |= {"effective_cost": None, "billed_cost": None}
    cells = _cells(make_view(rows))
    assert exact_sum(cells["effective_cost"]) == 100
    assert exact_sum(cells["requests"]) == 87


def test_a_bill_without_models_is_compared_per_provider(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = _two_measurements(make_row, "120", "30", "60")
    rows[-1]["raw_model"] = None
    rule = BasisRule(provider="openai", total="focus", split="litellm", per="provider")
    cells = _cells(make_view(rows), Reference(allocation=RULES, basis=(rule,)))
    assert _by(cells, "team", "model") == {("team0", "own"): 40, ("team1", "own"): 80}


def test_a_rule_of_a_sub_account_takes_only_it(make_row: MakeRow, make_view: MakeView) -> None:
    rows = _two_measurements(make_row, "120", "30")
    for row in rows:
        row["sub_account"] = "prod"
    rule = BasisRule(provider="openai", sub_account="prod", total="focus", split="litellm")
    assert exact_sum(_cells(make_view(rows), Reference(basis=(rule,)))["effective_cost"]) == 120
    rows[0]["sub_account"] = "test"
    with pytest.raises(BadInput, match="focus and litellm"):
        _cells(make_view(rows), Reference(basis=(rule,)))


def test_taxes_and_credits_are_no_second_measurement(
    make_row: MakeRow, make_view: MakeView
) -> None:
    rows = _two_measurements(make_row, "20", "30")
    rows[-1]["charge_category"] = "tax"
    assert exact_sum(_cells(make_view(rows))["effective_cost"]) == 50


@given(
    bill=st.decimals(min_value=1, max_value=10**6, places=12),
    gateway=st.lists(st.decimals(min_value=0, max_value=10**6, places=12), min_size=1, max_size=6),
)
@settings(max_examples=30, deadline=None)
def test_scaled_parts_meet_the_total_exactly(
    make_row: MakeRow, make_view: MakeView, bill: Decimal, gateway: list[Decimal]
) -> None:
    view = make_view(_two_measurements(make_row, str(bill), *map(str, gateway)))
    cells = _cells(view, Reference(allocation=RULES, basis=(BASIS,)))
    assert exact_sum(cells["effective_cost"]) == bill
    if any(gateway):
        gap = exact_sum(cells["unexplained_cost"])
        assert gap == bill - sum(gateway, Decimal(0))
    rest = sum((part.amount for part in left_out(cells, "effective_cost")), Decimal(0))
    assert bill + rest == bill + sum(gateway, Decimal(0))


def test_a_hundred_thousand_rows_are_quick(make_row: MakeRow, make_view: MakeView) -> None:
    base = make_view(
        [
            make_row(
                date(2025, 6, 1) + timedelta(days=number % 500),
                source="litellm" if number % 2 else "focus",
                provider="openai" if number % 2 else "aws",
                project=f"team{number % 12}",
                tags='{"team": "shared"}' if number % 20 == 0 else None,
                raw_model=f"model{number % 9}",
                resource_id=f"r{number}",
                region=f"region{number % 3}",
                effective_cost=Decimal(number) / 1000,
            )
            for number in range(20_000)
        ]
    )
    rows = pa.concat_tables([base.rows] * 5)
    view = LedgerView(rows, base.data_as_of, None, (), (), "")
    start = time.perf_counter()
    cells = _cells(view)
    seconds = time.perf_counter() - start
    assert exact_sum(cells["effective_cost"]) == exact_sum(rows["effective_cost"])
    # Measured 0.4 s on two cores; the bound leaves room for a loaded machine.
    assert seconds < 5
