"""The budget of a team against slow code, and what it does to the threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.alert_rule import QUARTER_DAYS, AlertRule
from models.alerting import incident_alerts
from models.team_budget import within_team_budget

TEAMS = ["ads", "ads", "ads", "search", "search"]


def _scores(seed: int, series: int = 5, days: int = 60) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    score = rng.exponential(2.0, (series, days))
    score[rng.random(score.shape) < 0.1] = np.nan
    return np.asarray(score)


def _slowly(score: NDArray[np.float64], threshold: float, most: int) -> set[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    for day in range(score.shape[1]):
        for row in sorted(
            range(len(score)), key=lambda row: -np.nan_to_num(score[row, day], nan=-1)
        ):
            own = [d for r, d in told if r == row]
            team = [d for r, d in told if TEAMS[r] == TEAMS[row] and day - d < 7]
            fresh = not own or day - own[-1] > 7 or score[row, day] > 1.3 * score[row, own[-1]]
            if score[row, day] >= threshold and fresh and len(team) < most:
                told.append((row, day))
    return set(told)


@given(st.integers(0, 10_000), st.floats(0.5, 5), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_alerts_are_those_of_the_rule_night_by_night(
    seed: int, threshold: float, most: int
) -> None:
    score = _scores(seed)
    candidates = np.nan_to_num(score, nan=-1.0) >= threshold
    alerts = within_team_budget(score, candidates, TEAMS, most)
    assert {(int(r), int(d)) for r, d in np.argwhere(alerts)} == _slowly(score, threshold, most)


def test_no_team_gets_more_in_any_seven_days() -> None:
    score = _scores(1, days=200)
    alerts = within_team_budget(score, np.nan_to_num(score) >= 1.0, TEAMS, 2)
    for team in set(TEAMS):
        counts = alerts[[name == team for name in TEAMS]].sum(axis=0)
        assert np.convolve(counts, np.ones(7)).max() == 2


def test_without_need_it_changes_nothing() -> None:
    score = _scores(2)
    candidates = np.nan_to_num(score, nan=-1.0) >= 4.0
    np.testing.assert_array_equal(
        within_team_budget(score, candidates, TEAMS, 1000),
        incident_alerts(score, candidates, 4.0),
    )


def test_a_rule_solves_its_threshold_within_both_budgets() -> None:
    score = _scores(3, days=400)
    told = np.ones(score.shape, np.bool_)
    loose = AlertRule(alerts_per_series_and_quarter=1.0)
    quarters = np.isfinite(score).sum() / QUARTER_DAYS
    threshold = loose.threshold(score, told, TEAMS)
    assert loose.alerts(score, told, threshold, TEAMS).sum() <= quarters
    tight = AlertRule(alerts_per_series_and_quarter=100.0, alerts_per_team_and_week=1)
    threshold = tight.threshold(score, told, TEAMS)
    alerts = tight.alerts(score, told, threshold, TEAMS)
    assert 0 < alerts.sum() <= 2 * 400 / 7
    for team in set(TEAMS):
        counts = alerts[[name == team for name in TEAMS]].sum(axis=0)
        assert np.convolve(counts, np.ones(7)).max() <= 1


def test_a_rate_tells_only_the_discoveries_of_a_night() -> None:
    actual, expected = np.full((100, 1), 900.0), np.full((100, 1), 100.0)
    p_value = np.linspace(0.02, 1.0, 100)[:, None]
    p_value[7] = 1e-4
    budget = AlertRule().tellable(actual, expected, expected + 10, p_value)
    held = AlertRule(false_discovery_rate=0.1).tellable(actual, expected, expected + 10, p_value)
    assert budget.sum() == 100
    assert np.flatnonzero(held).tolist() == [7]
    assert not AlertRule(floor_amount=1e3).tellable(actual, expected, expected + 1, p_value).any()


@pytest.mark.parametrize("wrong", [{"false_discovery_rate": 0.0}, {"alerts_per_team_and_week": 0}])
def test_a_rule_that_tells_nothing_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="got"):
        AlertRule(**wrong)  # type: ignore[arg-type]  # the wrong values are the point
