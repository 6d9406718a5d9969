"""Ratios out of their range: which, how far, and what is not known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.features.usage_novelty import RATIO_NAMES, UsageRanges, furthest
from models.features.usage_novelty import usage_ratios as ratios_of
from models.features.usage_ranges import usage_ranges
from models.usage import Usage

_DAYS = 80
_Array = NDArray[np.float64]


def _usage(**changes: _Array) -> Usage:
    rng = np.random.default_rng(1)
    requests = rng.uniform(900, 1100, (1, _DAYS))
    amounts = {
        "requests": requests,
        "failed_requests": requests * rng.uniform(0.005, 0.015, (1, _DAYS)),
        "input": requests * rng.uniform(290, 310, (1, _DAYS)),
        "output": requests * rng.uniform(95, 105, (1, _DAYS)),
    }
    return Usage(amounts | changes, *(np.full((1, _DAYS), np.nan) for _ in range(2)))


def _distance(usage: Usage) -> _Array:
    ratios = ratios_of(usage)
    ranges = usage_ranges(ratios)
    before = UsageRanges(ranges.center[:, :_DAYS], ranges.spread[:, :_DAYS])
    (distance,) = furthest(ratios, before)
    return np.asarray(distance, dtype=np.float64)


def test_an_ordinary_day_is_within_a_few_spreads_and_the_first_fortnight_is_not_known() -> None:
    distance = _distance(_usage())
    assert np.isnan(distance[:14]).all()
    assert np.nanmax(distance) < 4


@pytest.mark.parametrize(
    ("name", "times"), [("failed_requests", 50.0), ("input", 1.5), ("output", 1.6)]
)
def test_one_ratio_far_out_is_enough(name: str, times: float) -> None:
    changed = _usage().amounts[name].copy()
    changed[0, 60] *= times
    distance = _distance(_usage(**{name: changed}))
    assert np.nanargmax(distance) == 60
    assert distance[60] > 8


def test_errors_of_a_series_that_never_had_any_are_strange() -> None:
    failed = np.zeros((1, _DAYS))
    failed[0, 70] = 500.0
    distance = _distance(_usage(failed_requests=failed))
    assert np.nanargmax(distance) == 70
    assert distance[70] > 50


def test_twice_the_requests_with_the_same_ratios_are_not_strange() -> None:
    ordinary = _usage()
    doubled = {name: amount.copy() for name, amount in ordinary.amounts.items()}
    for amount in doubled.values():
        amount[0, 50] *= 2
    np.testing.assert_allclose(_distance(_usage(**doubled)), _distance(ordinary))


def test_the_cost_of_a_gpu_hour_is_no_ratio_and_that_of_a_token_is() -> None:
    cost, quantity = np.full((1, _DAYS), 10.0), np.full((1, _DAYS), 4.0)
    place = RATIO_NAMES.index("unit_price")
    tokens = _usage(cost=cost, quantity=quantity)
    assert ratios_of(tokens)[0, :, place].tolist() == [2.5] * _DAYS
    machines = _usage(cost=cost, quantity=quantity, gpu_hours=quantity)
    assert np.isnan(ratios_of(machines)[0, :, place]).all()


def test_without_amounts_nothing_is_known() -> None:
    usage = Usage({}, *(np.full((2, 5), np.nan) for _ in range(2)))
    assert ratios_of(usage).shape == (2, 5, len(RATIO_NAMES))
    assert np.isnan(ratios_of(usage)).all()
