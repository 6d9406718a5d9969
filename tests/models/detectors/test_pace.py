import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.detectors.fine_settings import FineSettings
from models.detectors.pace import Pace, alerts_at, solve_pace

PACE = Pace(cool_down=3, fading=10.0, raise_by=0.1)


def slow_alerts(score: NDArray[np.float64], threshold: float, pace: Pace) -> list[int]:
    rows: list[int] = []
    for t in range(len(score)):
        recent = sum(math.exp(-(t - row) / pace.fading) for row in rows)
        cooled = not rows or t - rows[-1] > pace.cool_down
        if cooled and score[t] >= threshold * (1 + pace.raise_by * recent):
            rows.append(t)
    return rows


@settings(max_examples=40, deadline=None)
@given(
    scores=st.lists(st.floats(0.0, 10.0) | st.just(math.nan), max_size=60),
    threshold=st.floats(0.5, 9.0),
)
def test_alerts_follow_the_rule(scores: list[float], threshold: float) -> None:
    score = np.array(scores)
    said = np.flatnonzero(alerts_at(score, threshold, PACE)).tolist()
    assert said == slow_alerts(score, threshold, PACE)


def test_a_long_event_alerts_once_and_later_alerts_need_more() -> None:
    score = np.zeros(40)
    score[10:13] = 5.0
    score[20] = 5.0
    assert np.flatnonzero(alerts_at(score, 4.9, PACE)).tolist() == [10]
    assert np.flatnonzero(alerts_at(score, 4.0, PACE)).tolist() == [10, 20]


@pytest.mark.parametrize("most", [0, 1, 7, 50])
def test_the_solved_threshold_keeps_the_budget_and_the_next_lower_does_not(most: int) -> None:
    rng = np.random.default_rng(0)
    scores = [rng.normal(5, 1, 200) for _ in range(4)]
    paces = [PACE] * 4

    def alerts(threshold: float) -> int:
        return sum(int(alerts_at(score, threshold, PACE).sum()) for score in scores)

    threshold = solve_pace(scores, paces, most_alerts=most)
    assert alerts(threshold) <= most
    lower = max(value for score in scores for value in score if value < threshold)
    assert alerts(lower) > most


def test_nothing_scored_never_alerts() -> None:
    threshold = solve_pace([np.full(5, np.nan)], [PACE], most_alerts=3)
    assert threshold == math.inf
    assert not alerts_at(np.full(5, np.nan), threshold, PACE).any()


def test_the_pace_of_a_step_is_in_time() -> None:
    fine = Pace.of(FineSettings.of_step(np.timedelta64(5, "m")))
    coarse = Pace.of(FineSettings.of_step(np.timedelta64(1, "h")))
    assert (fine.cool_down, coarse.cool_down) == (108, 12)
    assert (fine.fading, coarse.fading) == (5 * 576, 5 * 120)
