"""The engine's answers against slow and obvious sums, and against what other askers may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from journal.outcomes import ForecastSum
from ledger.scope import Scope
from models.forecaster_version import load_forecaster, save_forecaster
from models.paths import paths
from serving.engine import Engine, Point
from serving.problems import InvalidRequest
from serving.snapshot import open_current

if TYPE_CHECKING:
    from tests.serving.conftest import World

ALL = Scope.everything()
SPIKE = date(2026, 9, 23)


def _sum(engine: Engine, label: str, **selection: str) -> ForecastSum:
    (forecast,) = engine.forecast(ALL, **selection)  # type: ignore[arg-type]  # team and model
    return next(total for total in forecast.sums if total.label == label)


def _ledger(world: World, start: date, end: date, team: str | None = None) -> float:
    """Usage cost over days, the slow way."""
    return float(
        sum(
            row["effective_cost"]
            for row in world.cells.to_pylist()
            if row["charge_category"] == "usage"
            and start <= row["day"] < end
            and team in {None, row["team"]}
        )
    )


def test_a_month_is_final_days_and_forecast_days(engine: Engine, world: World) -> None:
    total = _sum(engine, "this month", team="ads")
    final = _ledger(world, date(2026, 10, 1), date(2026, 10, 17), "ads")
    waiting = _ledger(world, date(2026, 10, 17), date(2026, 10, 20), "ads")
    assert total.actual == pytest.approx(final + waiting)
    assert total.provisional_actual == pytest.approx(waiting)
    (forecast,) = engine.forecast(ALL, team="ads")
    coming = sum(p.mean for p in forecast.points if p.period_start < date(2026, 11, 1))
    assert total.mean == pytest.approx(final + coming)
    assert total.quantiles["0.1"] < total.quantiles["0.5"] < total.quantiles["0.9"]


def test_a_sum_over_series_adds_their_paths(engine: Engine) -> None:
    """Means add; the interval of a sum is narrower than the sum of intervals."""
    whole = _sum(engine, "next month")
    teams = [
        next(total for total in forecast.sums if total.label == "next month")
        for forecast in engine.forecast(ALL, group_by=("team",))
    ]
    assert whole.mean == pytest.approx(sum(team.mean for team in teams))
    width = whole.quantiles["0.9"] - whole.quantiles["0.1"]
    widths = [team.quantiles["0.9"] - team.quantiles["0.1"] for team in teams]
    assert 0 < width < sum(widths)


def test_points_of_later_days_are_the_version_own(engine: Engine) -> None:
    (forecast,) = engine.forecast(ALL, team="ads", model="gpt-5", levels=(0.05, 0.5, 0.95))
    version = engine.snapshot.forecaster
    row = version.unique_ids.index("team=ads/model=gpt-5")
    step = 40
    own = paths(version, np.array([row]))[:, 0, step]
    point = forecast.points[step]
    assert point.mean == pytest.approx(own.mean())
    assert point.quantiles == pytest.approx(
        {str(level): float(np.quantile(own, level)) for level in (0.05, 0.5, 0.95)}
    )
    assert forecast.weights is not None
    assert sum(forecast.weights.values()) == pytest.approx(1)


def test_a_day_does_not_end_below_what_has_arrived(world: World, tmp_path: Path) -> None:
    """A key leaked yesterday: the money is spent, although the day is not final."""
    value = world.panel.value.copy()
    row = world.panel.unique_ids.index("team=ads/model=gpt-5")
    value[row, -1] = 50_000.0
    world.publish(tmp_path, panel=replace(world.panel, value=value))
    (forecast,) = Engine(open_current(tmp_path)).forecast(ALL, team="ads", model="gpt-5")
    leak = next(p for p in forecast.points if p.period_start == date(2026, 10, 19))
    assert min(leak.quantiles.values()) == leak.mean == 50_000.0
    assert next(s for s in forecast.sums if s.label == "this month").quantiles["0.1"] > 50_000


def test_known_days_replace_those_of_an_older_forecaster(
    world: World, engine: Engine, tmp_path: Path
) -> None:
    version = load_forecaster(world.champions["costcast-forecaster"])
    aged = replace(version, first_day=version.first_day - 10)
    save_forecaster(aged, tmp_path / "old")
    world.publish(
        tmp_path / "published",
        champions=world.champions | {"costcast-forecaster": tmp_path / "old"},
    )
    older = Engine(open_current(tmp_path / "published"))
    (forecast,) = older.forecast(ALL, team="ads", model="gpt-5")
    assert forecast.points[0].period_start == date(2026, 10, 17)
    assert len(forecast.points) == version.horizon - 10
    row = version.unique_ids.index("team=ads/model=gpt-5")
    own = paths(version, np.array([row]))[:, 0, 30]
    assert forecast.points[20].mean == pytest.approx(own.mean())
    with pytest.raises(InvalidRequest, match="1 to 82 days"):
        older.forecast(ALL, horizon_days=83)
    labels = [total.label for total in forecast.sums]
    assert labels == ["this month", "next month", "this quarter", "horizon"]


def test_a_series_new_to_the_forecaster_counts_at_its_recent_mean(
    world: World, tmp_path: Path
) -> None:
    version = load_forecaster(world.champions["costcast-forecaster"])
    renamed = tuple(name.replace("team=ads", "team=gone") for name in version.unique_ids)
    table = version.per_series.set_column(0, "unique_id", [list(renamed)])
    save_forecaster(replace(version, unique_ids=renamed, per_series=table), tmp_path / "v")
    champions = world.champions | {"costcast-forecaster": tmp_path / "v"}
    world.publish(tmp_path / "published", champions=champions)
    (forecast,) = Engine(open_current(tmp_path / "published")).forecast(ALL, team="ads")
    recent = _ledger(world, date(2026, 9, 19), date(2026, 10, 17), "ads") / 28
    assert forecast.points[50].mean == pytest.approx(recent)
    assert forecast.flags[0].code == "degraded"
    assert forecast.flags[0].lifted_by == "the next training"


def test_costs_are_exact_and_take_every_charge(engine: Engine, world: World) -> None:
    wanted: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    start, end = date(2026, 9, 1), date(2026, 10, 19)
    for row in world.cells.to_pylist():
        if start <= row["day"] < end:
            wanted[row["team"], row["charge_category"]] += row["effective_cost"]
    rows = engine.costs(ALL, start=start, end=end, group_by=("team", "charge_category"))
    found = {(row.group["team"], row.group["charge_category"]): row.cost for row in rows}
    assert found == wanted
    assert ("unallocated", "tax") in found


def test_costs_tell_what_is_provisional_and_unpriced(engine: Engine) -> None:
    (row,) = engine.costs(ALL, start=date(2026, 10, 1), end=date(2026, 11, 1), group_by=())
    (late,) = engine.costs(ALL, start=date(2026, 10, 17), end=date(2026, 11, 1), group_by=())
    assert row.provisional_cost == late.cost == late.provisional_cost
    assert row.unpriced_rows == 3
    assert row.group == {}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ({"group_by": ("planet",)}, "distinct dimensions"),
        ({"group_by": ("team", "team")}, "distinct dimensions"),
        ({"start": date(2026, 9, 2), "end": date(2026, 9, 2)}, "a day after start"),
    ],
)
def test_bad_questions_about_costs(
    engine: Engine, question: dict[str, object], wanted: str
) -> None:
    with pytest.raises(InvalidRequest, match=wanted):
        engine.costs(ALL, **question)  # type: ignore[arg-type]  # one bad value at a time


def test_costs_of_days_without_rows_are_an_empty_list(engine: Engine) -> None:
    assert engine.costs(ALL, start=date(2020, 1, 1), end=date(2020, 2, 1)) == []


def test_the_spike_is_found_and_scored_the_same(engine: Engine) -> None:
    (alert,) = [a for a in engine.anomalies(ALL) if a.period_start == SPIKE]
    assert alert.series == {"team": "search", "model": "openai/gpt-5-mini"}
    assert alert.expected is not None
    assert alert.impact == alert.actual - alert.expected > 0
    point = Point(team="search", model="openai/gpt-5-mini", period_start=SPIKE, actual=alert.actual)
    assert engine.score(ALL, [point]) == [alert]
    assert engine.anomalies(ALL, since=date(2026, 10, 18)) == []


def test_ordinary_and_strange_points_of_a_coming_day(engine: Engine) -> None:
    day = date(2026, 10, 17)
    ordinary, strange = engine.score(
        ALL,
        [
            Point(team="ads", model="gpt-5", period_start=day, actual=actual)
            for actual in (235.0, 2350.0)
        ],
    )
    assert not ordinary.alert
    assert strange.alert
    assert (strange.score or 0) > (ordinary.score or 0)


def test_a_day_out_of_the_detector_reach(engine: Engine) -> None:
    far = Point(team="ads", model="gpt-5", period_start=date(2028, 1, 1), actual=1.0)
    with pytest.raises(InvalidRequest, match="2028-01-01"):
        engine.score(ALL, [far])


@pytest.mark.parametrize("horizon", [0, -1, 93])
def test_horizons_out_of_range(engine: Engine, horizon: int) -> None:
    with pytest.raises(InvalidRequest, match="1 to 92 days"):
        engine.forecast(ALL, horizon_days=horizon)


@pytest.mark.parametrize("levels", [(), (0.5, 0.1), (0.0, 0.5), (0.5, 1.0), (0.5, 0.5)])
def test_levels_out_of_range(engine: Engine, levels: tuple[float, ...]) -> None:
    with pytest.raises(InvalidRequest, match="increasing levels"):
        engine.forecast(ALL, levels=levels)


def test_finance_has_a_row_per_team_with_its_budget(engine: Engine, world: World) -> None:
    rows = {row.team: row for row in engine.finance(ALL)}
    assert set(rows) == {"ads", "search", "support", "unallocated"}
    search = rows["search"]
    month = _sum(engine, "this month", team="search")
    assert (search.p10, search.p50, search.p90) == tuple(month.quantiles.values())
    assert search.budget == Decimal(20_000)
    (budget,) = engine.project_budgets(ALL, budget="search month")
    assert search.p_breach == budget.p_breach == 1.0
    september = _ledger(world, date(2026, 9, 1), date(2026, 10, 1), "search")
    assert search.last_month == pytest.approx(september)
    assert search.p50 is not None
    assert search.change_on_last_month == pytest.approx(search.p50 / september - 1)
    assert rows["support"].budget is None
    assert {flag.code for flag in rows["support"].flags} == {"unpriced", "provisional"}
    assert engine.finance_total(ALL).budget == Decimal(60_000)


def test_the_same_question_has_the_same_answer(engine: Engine, world: World) -> None:
    again = Engine(open_current(world.published))
    assert again.forecast(ALL, group_by=("team",)) == engine.forecast(ALL, group_by=("team",))
    assert again.project_budgets(ALL) == engine.project_budgets(ALL)
    hashes = [forecast.content_hash for forecast in engine.forecast(ALL, group_by=("team",))]
    assert len(set(hashes)) == len(hashes)
