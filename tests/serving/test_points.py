"""Live points as they are stated: parts within their wholes, and the usage they are."""

import math

import pytest
from pydantic import ValidationError

from serving.points import Point, usage_of
from serving.problems import InvalidRequest
from serving.requests import ScoreRequest, parse_values

PLAIN = {"team": "ads", "model": "gpt-5", "period_start": "2026-10-17", "actual": 300.0}


def _point(**stated: float) -> Point:
    return Point.model_validate(PLAIN | stated)


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        (
            {"requests": 10, "failed_requests": 11},
            "at most requests 10",
        ),
        (
            {"tokens": 100, "cache_read_tokens": 60, "output_tokens": 41},
            "at most tokens 100",
        ),
        ({"gpu_hours": 8, "largest_run_gpu_hours": 9}, "at most gpu_hours 8"),
        ({"largest_run_cost": 301.0}, "at most actual 300"),
        ({"requests": -1}, "greater than or equal to 0"),
        ({"gpu_hours": math.inf}, "finite"),
        ({"calls": 3}, "calls"),
    ],
)
def test_contradictions_are_refused_with_both_sides(stated: dict[str, float], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        _point(**stated)


def test_a_request_tells_both_sides_of_a_contradiction() -> None:
    point = PLAIN | {"requests": 10, "failed_requests": 11}
    with pytest.raises(InvalidRequest) as told:
        parse_values({"points": [point]}, ScoreRequest)
    (error,) = told.value.errors
    assert error == {
        "field": "points.0",
        "got": "failed_requests 11",
        "wanted": "at most requests 10",
    }


def test_parts_may_be_all_of_their_whole() -> None:
    point = _point(requests=10, failed_requests=10, largest_run_cost=300.0, tokens=5)
    assert point.total_tokens == 5
    assert _point(uncached_input_tokens=3, output_tokens=4).total_tokens == 7
    assert _point(requests=1).total_tokens is None


def test_what_is_not_stated_is_not_known() -> None:
    usage = usage_of(_point())
    assert usage.shape == (1, 1)
    assert usage.amounts == {}
    assert math.isnan(usage.run_gpu_hours[0, 0])
    assert math.isnan(usage.run_cost[0, 0])


def test_stated_amounts_go_by_their_names_and_money_belongs_to_tokens() -> None:
    usage = usage_of(_point(requests=4, cache_read_tokens=30, output_tokens=10, gpu_hours=2.0))
    found = {name: float(amount[0, 0]) for name, amount in usage.amounts.items()}
    assert found == {
        "requests": 4.0,
        "cache_read": 30.0,
        "output": 10.0,
        "gpu_hours": 2.0,
        "cost": 300.0,
        "quantity": 40.0,
    }
    trained = usage_of(_point(gpu_hours=16.0, largest_run_gpu_hours=8.0, largest_run_cost=150.0))
    assert trained.amounts["quantity"][0, 0] == 16.0
    assert (trained.run_gpu_hours[0, 0], trained.run_cost[0, 0]) == (8.0, 150.0)
