"""Usage in the score of a day, replayed and after the last day alike."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.significance import pool
from models.support import CONTRADICTED, SUPPORTED, UNKNOWN
from models.usage import Usage
from models.usage_evidence import with_usage
from models.usage_trace import evidence_of

_DAYS = 220
_Array = NDArray[np.float64]


def usage_until(days: int, errors_on: int = 200) -> Usage:
    """A service with requests, a cluster with runs, and a bucket that nothing is known of."""
    rng = np.random.default_rng(2)
    requests, failed = (np.full((3, _DAYS), np.nan) for _ in range(2))
    requests[0] = rng.uniform(900, 1100, _DAYS)
    failed[0] = requests[0] * rng.uniform(0.005, 0.015, _DAYS)
    failed[0, errors_on] = 500.0
    largest = np.full((3, _DAYS), np.nan)
    largest[1] = rng.uniform(5, 20, _DAYS)
    largest[1, ::3] = np.nan
    largest[1, 211] = 40.0
    amounts = {"requests": requests, "failed_requests": failed}
    nothing = np.full((3, days), np.nan)
    return Usage({name: one[:, :days] for name, one in amounts.items()}, nothing, largest[:, :days])


def test_errors_support_and_raise_the_score_and_runs_support_or_contradict() -> None:
    evidence, _ = evidence_of(usage_until(_DAYS))
    known = pool(evidence.distance)
    support = evidence.support(known)
    assert support[0, 200] == SUPPORTED
    assert support[1, 211] == SUPPORTED
    assert support[1, 209] == CONTRADICTED
    assert (support[2] == UNKNOWN).all()
    assert (support[:, :14] == UNKNOWN).all()
    score = with_usage(np.full((3, _DAYS), 2.0), known, evidence.distance)
    assert np.argmax(score[0]) == 200
    assert score[0, 200] > 2.3
    assert np.median(score[0]) < 2.0
    assert (score[1:] == 2.0).all()  # the cost alone, where nothing is measured


def test_a_day_is_judged_by_the_days_before_it_only() -> None:
    whole, _ = evidence_of(usage_until(_DAYS))
    short, _ = evidence_of(usage_until(90))
    for name in ("distance", "record", "run_days"):
        np.testing.assert_array_equal(getattr(short, name), getattr(whole, name)[:, :90])


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("days", [60, 200, 211])
def test_the_day_after_the_last_is_judged_as_a_longer_replay_judges_it(row: int, days: int) -> None:
    whole, _ = evidence_of(usage_until(_DAYS))
    _, state = evidence_of(usage_until(days))
    usage = usage_until(days + 1)
    amounts = {name: one[row : row + 1, -1:] for name, one in usage.amounts.items()}
    runs = (usage.run_gpu_hours, usage.run_cost)
    found = state.evidence(row, Usage(amounts, *(one[row : row + 1, -1:] for one in runs)))
    assert found is not None
    for name in ("distance", "record", "run_days"):
        wanted = getattr(whole, name)[row : row + 1, days : days + 1]
        np.testing.assert_array_equal(getattr(found, name), wanted)


def test_nothing_is_known_of_a_series_without_usage() -> None:
    _, state = evidence_of(usage_until(_DAYS))
    assert state.rows.tolist() == [0, 1]
    one = Usage({"requests": np.ones((1, 1))}, *(np.full((1, 1), np.nan) for _ in range(2)))
    assert state.evidence(2, one) is None
    assert state.evidence(7, one) is None


def test_a_panel_of_which_no_usage_is_known_keeps_its_scores() -> None:
    evidence, state = evidence_of(Usage({}, *(np.full((2, 30), np.nan) for _ in range(2))))
    score = np.arange(60.0).reshape(2, 30)
    known = pool(evidence.distance)
    np.testing.assert_array_equal(with_usage(score, known, evidence.distance), score)
    assert (evidence.support(known) == UNKNOWN).all()
    assert not len(state.rows)


def test_runs_are_compared_in_gpu_hours_where_the_day_has_them() -> None:
    """A price cut to a half: a run of twice the hours costs what the largest one did."""
    hours = np.full((1, 80), 10.0)
    cost = np.where(np.arange(80) < 60, 100.0, 50.0)[None]
    hours[0, 70], cost[0, 70] = 20.0, 100.0
    by_hours, _ = evidence_of(Usage({}, hours, cost))
    assert by_hours.record[0, 70] == 2.0
    by_cost, _ = evidence_of(Usage({}, np.full((1, 80), np.nan), cost))
    assert by_cost.record[0, 70] == 1.0
    mixed = np.where(np.arange(80) == 70, np.nan, hours)
    by_day, _ = evidence_of(Usage({}, mixed, cost))
    assert by_day.record[0, 69] == 1.0
    assert by_day.record[0, 70] == 1.0
