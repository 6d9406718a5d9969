"""What an asker may not see leaves no trace in any answer."""

from __future__ import annotations

import pytest

from ledger.scope import Scope
from serving.engine import Engine, Point
from serving.problems import UnknownSeries
from serving.report import render_report
from serving.story import tell

ALL = Scope.everything()
ADS = Scope.of_teams("ads")
FOREIGN = ("search", "support", "unallocated")


def test_a_total_is_the_sum_of_ones_own(engine: Engine) -> None:
    (total,) = engine.forecast(ADS)
    (team,) = engine.forecast(ALL, team="ads")
    assert total.sums == team.sums
    (cost,) = engine.costs(ADS, group_by=())
    (own,) = [row for row in engine.costs(ALL, group_by=("team",)) if row.group["team"] == "ads"]
    assert cost.cost == own.cost


def test_a_foreign_team_is_like_an_unknown_one(engine: Engine) -> None:
    said = []
    for name in ("search", "nobody"):
        with pytest.raises(UnknownSeries) as problem:
            engine.forecast(ADS, team=name)
        said.append((str(problem.value).replace(name, "?"), problem.value.nearest))
    assert said[0] == said[1]
    assert said[0][1] == []


def test_near_names_are_those_one_may_see(engine: Engine) -> None:
    with pytest.raises(UnknownSeries, match="nearest: search"):
        engine.forecast(ALL, team="serch")
    with pytest.raises(UnknownSeries) as problem:
        engine.forecast(ADS, team="serch")
    assert "search" not in str(problem.value)
    with pytest.raises(UnknownSeries) as unknown:
        engine.forecast(ADS, team="ads", model="gpt-5-mini")
    assert "openai" not in str(unknown.value)


@pytest.mark.parametrize("team", ["search", "unallocated"])
def test_foreign_points_cannot_be_scored(engine: Engine, team: str) -> None:
    point = Point(team=team, model="(none)", period_start=engine.snapshot.final_end, actual=1.0)
    with pytest.raises(UnknownSeries):
        engine.score(ADS, [point])


def test_every_answer_names_only_ones_own(engine: Engine) -> None:
    answers = [
        *engine.forecast(ADS, group_by=("team", "model")),
        *engine.costs(ADS, group_by=("team", "model", "provider")),
        *engine.anomalies(ADS, level="all"),
        *engine.project_budgets(ADS),
        *engine.finance(ADS),
        engine.finance_total(ADS),
    ]
    said = "\n".join(answer.model_dump_json() for answer in answers)
    assert "ads" in said
    for name in FOREIGN:
        assert name not in said
    assert engine.teams(ADS) == ["ads"]
    assert engine.left_out(ADS) == []
    assert {b.budget for b in engine.project_budgets(ADS)} == {"ads month", "ads year"}


def test_a_budget_over_teams_is_not_told_to_one(engine: Engine) -> None:
    with pytest.raises(UnknownSeries) as problem:
        engine.project_budgets(ADS, budget="everything")
    assert problem.value.nearest == []


def test_pages_of_a_scope_name_only_ones_own(engine: Engine) -> None:
    report = render_report(engine, ADS, evaluation=None)
    for name in ("support", "unallocated", "search month"):
        assert name not in report
    assert tell(engine, ADS).left_out == []


def test_a_scope_without_spend_has_empty_answers(engine: Engine) -> None:
    nobody = Scope.of_teams("nobody")
    assert engine.forecast(nobody) == []
    assert engine.costs(nobody) == []
    assert engine.finance(nobody) == []
    assert engine.project_budgets(nobody) == []
    assert "None." in render_report(engine, nobody, evaluation=None)
