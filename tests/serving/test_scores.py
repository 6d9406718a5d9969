"""Live points with and without quantities; levels of alerts; what a night calls a discovery."""

from datetime import date, timedelta

import numpy as np
import pytest

from ledger.scope import Scope
from models.false_discovery import q_values
from models.features.schedule import SILENT_DAYS
from serving.detected import levels_of
from serving.engine import Engine
from serving.points import Point

ALL, ADS = Scope.everything(), Scope.of_teams("ads")
#: First day after the final ones, on which the world's cells have 1 request of 1,000 tokens a day.
DAY = date(2026, 10, 17)
SPIKE = date(2026, 9, 23)


def _point(**changes: object) -> Point:
    plain = {"team": "ads", "model": "gpt-5", "period_start": DAY, "actual": 300.0}
    return Point.model_validate(plain | changes)


def test_a_point_with_its_quantities_is_read_against_the_days_before(engine: Engine) -> None:
    (scored,) = engine.score(ALL, [_point(requests=2, tokens=500)])
    assert scored.flags == []
    assert scored.ratios is not None
    readings = {reading.name: reading for reading in scored.ratios}
    assert readings["cost_per_request"].after == 150.0
    assert readings["tokens_per_request"].after == 250.0
    assert readings["tokens_per_request"].before == 1000.0
    assert readings["cost_per_million_tokens"].after == pytest.approx(600_000.0)
    price = readings["cost_per_million_tokens"]
    assert price.low <= price.before <= price.high < price.after


def test_a_point_without_them_is_scored_on_its_cost_and_says_so(engine: Engine) -> None:
    bare, full = engine.score(ALL, [_point(), _point(requests=1, tokens=1000)])
    assert [flag.code for flag in bare.flags] == ["degraded"]
    assert "cost alone" in bare.flags[0].reason
    assert bare.ratios is None
    assert (bare.score, bare.p_value, bare.alert) == (full.score, full.p_value, full.alert)


def test_failed_requests_make_a_day_stranger_and_ordinary_ones_do_not(engine: Engine) -> None:
    bare, calm, failing = engine.score(
        ALL,
        [
            _point(),
            _point(requests=1000, failed_requests=10),
            _point(requests=1000, failed_requests=550),
        ],
    )
    assert bare.score is not None
    assert calm.score is not None
    assert failing.score is not None
    assert failing.score > bare.score
    assert failing.score > calm.score
    assert failing.expected == bare.expected


def test_half_of_the_quantities_gives_half_of_the_ratios(engine: Engine) -> None:
    (scored,) = engine.score(ALL, [_point(requests=1)])
    assert scored.ratios is not None
    assert [reading.name for reading in scored.ratios] == ["cost_per_request"]
    (none,) = engine.score(ALL, [_point(requests=0, tokens=0)])
    assert none.ratios == []


def test_a_day_that_the_ledger_has_is_no_degraded_one(engine: Engine) -> None:
    alert = next(a for a in engine.anomalies(ALL) if a.period_start == SPIKE)
    point = _point(**alert.series, period_start=SPIKE, actual=alert.actual)
    (scored,) = engine.score(ALL, [point])
    assert scored.flags == []
    assert scored.q_value == alert.q_value
    (other,) = engine.score(ALL, [point.model_copy(update={"actual": alert.actual + 9})])
    assert {flag.code for flag in other.flags} == {"degraded"}
    assert other.q_value is None


def test_a_spike_is_a_discovery_of_its_night(engine: Engine) -> None:
    alert = next(a for a in engine.anomalies(ALL) if a.period_start == SPIKE)
    version = engine.snapshot.detector
    column = int((np.datetime64(SPIKE) - version.days[0]).astype(int))
    row = version.unique_ids.index(alert.unique_id)
    assert alert.q_value == q_values(version.p_value[:, column])[row]
    assert alert.q_value is not None
    assert alert.q_value < 0.05


def test_sums_are_scored_too_and_named_like_forecasts(engine: Engine) -> None:
    sums = engine.anomalies(ALL, level="sums")
    assert {a.unique_id for a in sums if a.period_start == SPIKE} >= {"team=search"}
    both = engine.anomalies(ALL, level="all")
    assert len(both) == len(sums) + len(engine.anomalies(ALL))
    around = engine.surroundings(sums[0], before=3, after=0)
    assert around.actual[-1] == sums[0].actual


def test_of_sums_a_team_sees_its_own_only(engine: Engine) -> None:
    (_, sums) = levels_of(engine.snapshot, ADS, "all")
    assert [dict(series) for series in sums.shown.values()] == [{"team": "ads"}]
    (_, sums) = levels_of(engine.snapshot, ALL, "all")
    names = {tuple(series.items()) for series in sums.shown.values()}
    assert () in names
    assert (("team", "search"),) in names
    assert (("model", "gpt-5"),) in names


def test_nothing_is_said_of_the_first_fortnight(engine: Engine) -> None:
    first = engine.snapshot.panel.periods[0].astype(date)
    early = first + timedelta(days=SILENT_DAYS - 1)
    (scored,) = engine.score(ALL, [_point(period_start=early, actual=9e9)])
    assert not scored.alert
    assert "insufficient_history" in {flag.code for flag in scored.flags}
