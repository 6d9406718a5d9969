"""Series between two and four weeks old: silent, then judged by their team, then by themselves."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from numpy.typing import NDArray

from ledger.panel import Panel
from ledger.series import SeriesKey
from models.features.schedule import SILENT_DAYS, WARM_UP_DAYS
from models.scoring import score_point
from training.detect import fit_detector, teams_of
from training.replay import replay_panel
from training.young import score_young_days

DAYS, START = 130, 100
WEEK = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])


def _panel(
    days: int = DAYS,
    starts: tuple[int, ...] = (0, 0, 0, START, 0),
    changes: Mapping[int, float] = MappingProxyType({}),
) -> Panel:
    """Three old series and a new one of team ads, one of search; `{120: 3}` triples its day."""
    rng = np.random.default_rng(0)
    value = 100 * WEEK[np.arange(DAYS) % 7] * rng.lognormal(0, 0.08, (len(starts), DAYS))
    for row, start in enumerate(starts):
        value[row, :start] = 0.0
    for day, factor in changes.items():
        value[3, day] *= factor
    value = value[:, :days]
    teams = ["ads", "ads", "ads", "ads", "search"][: len(starts)]
    return Panel(
        measure="effective_cost",
        currency="USD",
        frequency="D",
        keys=tuple(SeriesKey.of(team=team, model=f"m{row}") for row, team in enumerate(teams)),
        periods=np.datetime64("2026-01-05", "D") + np.arange(days),
        value=value,
        observed=np.ones(value.shape, np.bool_),
        completeness=np.full(value.shape, np.nan),
        known_at=np.datetime64("2026-10-20T06:00", "us"),
    )


def test_a_new_series_is_silent_for_a_fortnight_and_scored_from_then_on() -> None:
    version = fit_detector(_panel(), seed=0)
    assert not np.isfinite(version.score[3, : START + SILENT_DAYS]).any()
    assert np.isfinite(version.score[3, START + SILENT_DAYS :]).all()
    assert version.metrics["series_in_warm_up"] == 0


@pytest.mark.parametrize("age", [5, SILENT_DAYS - 1])
def test_nothing_alerts_in_the_first_fortnight(age: int) -> None:
    version = fit_detector(_panel(changes={START + age: 50.0}), seed=0)
    assert not version.alert[3, : START + SILENT_DAYS].any()


@pytest.mark.parametrize("age", [SILENT_DAYS, 21, WARM_UP_DAYS - 1])
def test_a_leap_in_the_third_and_fourth_week_alerts_flagged(age: int) -> None:
    version = fit_detector(_panel(changes={START + age: 8.0}), seed=0)
    assert version.alert[3, START + age]
    day = version.days[START + age]
    point = score_point(version, 3, day, float(version.actual[3, START + age]))
    assert point.alert
    assert point.flags == ("insufficient_history",)
    grown = score_point(version, 0, version.days[60], float(version.actual[0, 60]))
    assert grown.flags == ()


def test_a_launch_that_doubles_every_week_is_no_leap() -> None:
    panel = _panel()
    value = panel.value.copy()
    weeks = np.clip(np.arange(DAYS) - START, 0, None) // 7
    value[3] *= 2.0 ** np.minimum(weeks, 3) / 8
    version = fit_detector(replace(panel, value=value), seed=0)
    assert np.isfinite(version.score[3, START + SILENT_DAYS : START + WARM_UP_DAYS]).all()
    assert not version.alert[3, START + SILENT_DAYS : START + WARM_UP_DAYS].any()


def _young(panel: Panel) -> NDArray[np.float64]:
    replayed = replay_panel(panel.value, panel.unique_ids, seed=0)
    return score_young_days(replayed, panel.value, teams_of(panel), seed=0).parts


def test_young_days_do_not_look_ahead() -> None:
    whole = _young(_panel())
    for cut in (START + 17, START + 24, START + 28):
        np.testing.assert_allclose(_young(_panel(cut)), whole[:, :cut], rtol=1e-9)


def test_grown_days_are_scored_as_if_nobody_were_young() -> None:
    panel = _panel()
    replayed = replay_panel(panel.value, panel.unique_ids, seed=0)
    with_young = score_young_days(replayed, panel.value, teams_of(panel), seed=0)
    known = np.isfinite(replayed.parts)
    np.testing.assert_array_equal(with_young.parts[known], replayed.parts[known])
    assert not with_young.young[np.isfinite(replayed.parts).all(axis=2)].any()
    assert not replayed.young.any()


def test_the_team_and_not_the_others_judges() -> None:
    """Another team's history changes nothing while the team has enough of its own."""
    one = _young(_panel())
    panel = _panel()
    value = panel.value.copy()
    value[4, 40:] *= np.random.default_rng(9).lognormal(0, 1.5, DAYS - 40)
    other = _young(replace(panel, value=value))
    young = slice(START + SILENT_DAYS, START + WARM_UP_DAYS)
    np.testing.assert_array_equal(one[3, young], other[3, young])
    value[:3, 40:] *= np.random.default_rng(8).lognormal(0, 1.5, (3, DAYS - 40))
    third = _young(replace(panel, value=value))
    assert not np.array_equal(one[3, young, -1], third[3, young, -1])


def test_a_young_series_is_scored_live_as_a_longer_replay_scores_it() -> None:
    """Day 20 of the new series: no day of a refit, so its team's forest is the same one."""
    short, long = (_panel(START + age) for age in (20, 21))
    version, longer = fit_detector(short, seed=0), fit_detector(long, seed=0)
    value = float(long.value[3, -1])
    point = score_point(version, 3, long.periods[-1], value)
    assert point.flags == ("insufficient_history",)
    for name in ("expected", "lower", "upper"):
        assert getattr(point, name) == pytest.approx(getattr(longer, name)[3, -1])
    assert point.score == pytest.approx(longer.score[3, -1], abs=0.3)
    assert score_point(version, 3, long.periods[-1], 10 * value).alert


def test_where_nobody_has_a_past_a_series_waits_for_its_own() -> None:
    version = fit_detector(_panel(40, (0,)), seed=0)
    assert not np.isfinite(version.score[0, :WARM_UP_DAYS]).any()
    assert np.isfinite(version.score[0, WARM_UP_DAYS:]).all()


def test_a_whole_ledger_of_three_weeks_is_ranked_among_its_own_young_days() -> None:
    panel = _panel(27, (0, 0, 0, 0, 0), {25: 10.0})
    version = fit_detector(panel, seed=0)
    assert np.isfinite(version.score[:, 21:]).all()
    assert int(np.nanargmax(version.score.max(axis=0))) == 25
