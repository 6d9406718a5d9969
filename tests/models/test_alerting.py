"""The incident rule against slow code, and the threshold against its budget."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.alerting import (
    LARGEST_P,
    incident_alerts,
    memory_after,
    solve_threshold,
    worth_telling,
)
from models.daily_state import NEVER

Scores = NDArray[np.float64]


def _slow_alerts(score: Scores, told: NDArray[np.bool_], threshold: float) -> list[int]:
    alerts: list[int] = []
    for day, value in enumerate(score):
        if not told[day] or not value >= threshold:
            continue
        if not alerts or day - alerts[-1] > 7 or value > 1.3 * score[alerts[-1]]:
            alerts.append(day)
    return alerts


@given(st.integers(0, 10_000), st.floats(0, 5))
@settings(max_examples=60, deadline=None)
def test_one_alert_per_event(seed: int, threshold: float) -> None:
    rng = np.random.default_rng(seed)
    score = rng.exponential(2.0, (3, 60))
    score[rng.random((3, 60)) < 0.1] = np.nan
    told = rng.random((3, 60)) < 0.7
    alerts = incident_alerts(score, told, threshold)
    memory = memory_after(score, alerts)
    for row in range(3):
        slow = _slow_alerts(score[row], told[row], threshold)
        assert np.flatnonzero(alerts[row]).tolist() == slow
        assert memory.age[row] == (60 - slow[-1] if slow else NEVER)
        assert memory.score[row] == (score[row, slow[-1]] if slow else 0.0)


def test_a_week_of_silence_unless_it_gets_worse() -> None:
    score = np.full((1, 12), 4.0)
    score[0, 3] = 5.0  # 1.25 times: not told
    score[0, 5] = 5.3  # 1.325 times
    told = np.ones((1, 12), np.bool_)
    assert np.flatnonzero(incident_alerts(score, told, 3.0)).tolist() == [0, 5]


@given(st.integers(0, 10_000), st.floats(0, 40))
@settings(max_examples=60, deadline=None)
def test_the_replay_keeps_the_budget_and_uses_it(seed: int, most: float) -> None:
    rng = np.random.default_rng(seed)
    score = rng.exponential(1.0, (4, 100))
    told = rng.random((4, 100)) < 0.5
    threshold = solve_threshold(score, told, most_alerts=most)
    assert incident_alerts(score, told, threshold).sum() <= most
    assert threshold >= np.quantile(score, 1 - LARGEST_P)


def test_a_tight_budget_keeps_the_strangest_and_a_wide_one_is_no_quota() -> None:
    score = np.random.default_rng(0).exponential(1.0, (10, 400))
    told = np.ones(score.shape, np.bool_)
    strictest = solve_threshold(score, told, most_alerts=1)
    assert incident_alerts(score, told, strictest).sum() == 1
    assert incident_alerts(score, told, strictest)[score == score.max()] == 1
    assert solve_threshold(score, told, most_alerts=0.5) > score.max()
    wide = solve_threshold(score, told, most_alerts=1e9)
    assert wide == np.quantile(score, 1 - LARGEST_P)
    # nothing told so far does not mean that nothing may ever be
    assert solve_threshold(score, ~told, most_alerts=1e9) == wide


def test_nothing_scored_has_a_finite_threshold() -> None:
    nothing = np.full((2, 5), np.nan)
    assert solve_threshold(nothing, np.zeros((2, 5), np.bool_), most_alerts=1) == 0.0


@pytest.mark.parametrize(
    ("actual", "told"),
    [(100.0, False), (119.0, False), (141.0, True), (59.0, True), (np.nan, False)],
)
def test_floors_and_reach_filter_in_both_directions(actual: float, told: bool) -> None:
    one = np.ones(1)
    assert worth_telling(actual * one, 100 * one, 115 * one, (20.0, 0.4))[0] == told


def test_each_floor_counts() -> None:
    actual, expected, upper = np.array([130.0]), np.array([100.0]), np.array([101.0])
    assert worth_telling(actual, expected, upper, (30.0, 0.3))[0]
    assert not worth_telling(actual, expected, upper, (31.0, 0.3))[0]
    assert not worth_telling(actual, expected, upper, (30.0, 0.31))[0]
    assert not worth_telling(actual, expected, np.array([124.0]), (30.0, 0.3))[0]
    assert not worth_telling(actual, np.array([np.nan]), np.array([np.nan]), (0.0, 0.0))[0]


def test_a_series_of_bursts_has_to_go_further() -> None:
    expected, half = np.array([100.0, 50.0]), 60.0
    actual = expected + 2.0 * half
    told = worth_telling(actual, expected, expected + half, (0.0, 0.0))
    assert told.tolist() == [True, False]
    assert worth_telling(expected + 3.0 * half, expected, expected + half, (0.0, 0.0)).all()


def test_the_cool_down_is_as_long_as_it_is_set() -> None:
    score = np.full((1, 40), 4.0)
    told = np.ones(score.shape, np.bool_)
    assert np.flatnonzero(incident_alerts(score, told, 3.0, cool_down=12)).tolist() == [
        0,
        13,
        26,
        39,
    ]
