"""Explanations from a published snapshot: exact, within the scope, the same at every door."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from journal.explanations import Explanation
from ledger.scope import Scope
from ledger.usage_fact_columns import USAGE_FACTS
from serving.engine import Engine
from serving.explain_asked import explain_asked
from serving.facts import FactIndex, facts_table
from serving.problems import InvalidRequest, UnknownSeries
from serving.report import render_report
from serving.requests import ExplainRequest
from serving.snapshot import open_snapshot

if TYPE_CHECKING:
    from tests.serving.conftest import World

ALL = Scope.everything()
SPIKE = date(2026, 9, 23)
LOOPING = ("search", "openai/gpt-5-mini")


@dataclass(frozen=True)
class Explained:
    """The engine on a snapshot with usage facts."""

    engine: Engine
    facts: pa.Table


def _facts(world: World) -> pa.Table:
    """Facts of the world's cells: on the day of the spike most requests failed."""
    lines = []
    for cell in world.cells.to_pylist():
        cost = cell["effective_cost"]
        calls = 0 if cost is None else int(cost * 100)
        loops = cell["day"] == SPIKE and (cell["team"], cell["model"]) == LOOPING
        named = {
            **dict.fromkeys(USAGE_FACTS.names, "(none)"),
            **{name: cell[name] for name in USAGE_FACTS.names if name in cell},
            "sub_account": f"project-{cell['team']}",
            "actor": f"key-{cell['team']}",
            "token_class": "input",
            "unit": "tokens",
            "is_correction": False,
            "stated_currency": "USD",
            "stated_cost": cost,
            "quantity": None if cost is None else Decimal(calls) * 1000,
            "busy_hours": None,
            "requests": calls,
            "failed_requests": calls * 6 // 10 if loops else calls // 200,
        }
        lines.append(named)
    table = pa.Table.from_pylist(lines, USAGE_FACTS)
    return table.sort_by([(name, "ascending") for name in ("team", "model", "day", "source")])


@pytest.fixture(scope="module")
def explained(world: World, tmp_path_factory: pytest.TempPathFactory) -> Explained:
    facts = _facts(world)
    published = tmp_path_factory.mktemp("explained")
    name = world.publish(published, facts=facts)
    return Explained(Engine(open_snapshot(published / name)), facts)


def _sum(found: Explanation) -> Decimal:
    assert sum((line.amount for line in found.lines), Decimal(0)) == found.change
    return sum((driver.amount for driver in found.drivers), Decimal(0))


def test_a_day_is_explained_to_the_last_digit(explained: Explained) -> None:
    team, model = LOOPING
    found = explained.engine.explain(ALL, team=team, model=model, day=SPIKE)
    assert found.is_expected
    assert _sum(found) == found.change == found.after - found.before
    (cost,) = explained.engine.costs(
        Scope.of_teams(team), start=SPIKE, end=SPIKE + timedelta(days=1), group_by=("model",)
    )[-1:]
    assert found.after == cost.cost
    assert found.cause == "retry_loop"
    assert "60 %" in found.cause_text
    assert found.drivers[0].part == "volume"


def test_alerts_carry_their_cause(explained: Explained, engine: Engine) -> None:
    (anomaly,) = [
        one for one in explained.engine.anomalies(ALL, since=SPIKE) if one.period_start == SPIKE
    ]
    assert anomaly.cause == "retry_loop"
    assert anomaly.cause_text
    assert anomaly.drivers is not None
    told = sum(float(driver.amount) for driver in anomaly.drivers)
    assert told == pytest.approx(anomaly.impact, abs=0.01)
    # published without facts: not measured
    assert all(one.cause is None and one.drivers is None for one in engine.anomalies(ALL))


def test_spans_are_compared_with_those_before(explained: Explained) -> None:
    october: dict[str, Any] = {"start": date(2026, 10, 1), "end": date(2026, 10, 8)}
    found = explained.engine.compare(ALL, **october)
    assert (found.before_start, found.before_end) == (date(2026, 9, 24), date(2026, 10, 1))
    assert not found.is_expected
    assert _sum(found) == found.change
    month = explained.engine.compare(
        ALL,
        start=date(2026, 9, 1),
        end=date(2026, 10, 1),
        before_start=date(2026, 8, 1),
        before_end=date(2026, 9, 1),
    )
    parts = {driver.part: driver.amount for driver in month.drivers}
    assert parts["days"] == pytest.approx(-month.before / 31)
    assert _sum(month) == month.change
    assert {one.value for one in month.attribution if one.dimension == "team"} == {
        "ads",
        "search",
        "support",
        "unallocated",
    }


def test_nobody_sees_foreign_names(explained: Explained) -> None:
    ads = Scope.of_teams("ads")
    spans: dict[str, Any] = {"start": date(2026, 9, 20), "end": date(2026, 10, 1)}
    for found in (
        explained.engine.compare(ads, **spans),
        explained.engine.explain(ads, day=SPIKE),
        explained.engine.explain(ads, day=date(2026, 10, 5)),
    ):
        text = found.model_dump_json()
        for foreign in ("search", "support", "unallocated"):
            assert foreign not in text
    whole = explained.engine.compare(ads, **spans)
    own = explained.engine.compare(ALL, team="ads", **spans)
    assert whole.change == own.change
    with pytest.raises(UnknownSeries):
        explained.engine.explain(ads, team="search", day=SPIKE)


def test_similar_days_are_earlier_alerts_in_sight(explained: Explained) -> None:
    team, model = LOOPING
    later = explained.engine.explain(ALL, team=team, model=model, day=SPIKE + timedelta(days=9))
    alerts = explained.engine.anomalies(ALL)
    seen = {(one.unique_id, one.period_start) for one in alerts}
    for one in later.similar:
        assert one.period_start < later.start
        assert (one.unique_id, one.period_start) in seen
    assert explained.engine.explain(Scope.of_teams("ads"), day=SPIKE).similar == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"day": SPIKE, "start": SPIKE},
        {"start": SPIKE},
        {"start": SPIKE, "end": SPIKE},
        {"start": SPIKE, "end": date(2026, 9, 30), "before_start": SPIKE, "before_end": SPIKE},
        {"day": date(2020, 1, 1)},
        {"start": date(2020, 1, 1), "end": date(2020, 2, 1)},
    ],
)
def test_half_questions_and_unknown_days_are_refused(
    explained: Explained, asked: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        explain_asked(explained.engine, ALL, ExplainRequest.model_validate(asked))


def test_without_facts_the_answer_says_what_is_wanted(engine: Engine) -> None:
    with pytest.raises(InvalidRequest, match="usage facts"):
        engine.explain(ALL, day=SPIKE)


def test_asked_through_a_request_it_is_the_same(explained: Explained) -> None:
    asked = ExplainRequest(team="ads", day=SPIKE)
    told = explain_asked(explained.engine, ALL, asked)
    assert told == explained.engine.explain(ALL, team="ads", day=SPIKE)
    assert Explanation.model_validate_json(told.model_dump_json()) == told
    assert isinstance(json.loads(told.model_dump_json())["change"], str)


def test_the_report_tells_the_cause(explained: Explained) -> None:
    report = render_report(explained.engine, ALL, evaluation=None)
    assert "A client repeats failing requests" in report


def test_facts_are_found_by_series_and_day(explained: Explained) -> None:
    index = FactIndex(facts_table(explained.facts))
    start, end = date(2026, 9, 1), date(2026, 9, 15)
    for key in index.of_team("ads"):
        slow = [
            row
            for row in explained.facts.to_pylist()
            if row["team"] == "ads"
            and row["model"] == key["model"]
            and start <= row["day"] < end
            and row["charge_category"] == "usage"
        ]
        assert index.rows([key], start, end) == slow
        assert index.requests(key, start, end) == sum(row["requests"] for row in slow)
    assert index.of_team("nobody") == []
    assert FactIndex(explained.facts.slice(0, 0)).span is None


def test_a_snapshot_keeps_whole_days(explained: Explained, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.facts.MOST_ROWS", 100)
    kept = facts_table(explained.facts)
    assert 0 < kept.num_rows <= 100
    days = [kept["day"].to_numpy(), explained.facts["day"].to_numpy()]
    assert kept.num_rows == (days[1] >= days[0].min()).sum()
    assert days[0].max() == days[1].max()
