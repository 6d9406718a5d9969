"""Ratios are of sums; what nobody measured is no ratio."""

import numpy as np

from models.features.ratios import RATIOS, ratio_series


def test_every_ratio_of_known_amounts() -> None:
    amounts = {
        "cost": np.array([30.0]),
        "quantity": np.array([1_000.0]),
        "input": np.array([200.0]),
        "cache_read": np.array([600.0]),
        "output": np.array([200.0]),
        "requests": np.array([10.0]),
        "failed_requests": np.array([1.0]),
        "gpu_hours": np.array([48.0]),
        "busy_hours": np.array([12.0]),
    }
    assert {name: float(series[0]) for name, series in ratio_series(amounts).items()} == {
        "unit_price": 0.03,
        "input_per_request": 80.0,
        "output_per_request": 20.0,
        "output_per_input": 0.25,
        "cache_hit_share": 0.75,
        "error_share": 0.1,
        "gpu_utilisation": 0.25,
    }


def test_what_was_not_measured_or_not_used_is_unknown() -> None:
    amounts = {
        "failed_requests": np.array([0.0, np.nan, 0.0]),
        "requests": np.array([5.0, 5.0, 0.0]),
    }
    series = ratio_series(amounts)
    assert set(series) == set(RATIOS)
    np.testing.assert_array_equal(series["error_share"], [0.0, np.nan, np.nan])
    assert np.isnan(series["cache_hit_share"]).all()
    assert ratio_series({})["unit_price"].shape == (0,)


def test_ratios_of_many_series_are_those_of_each() -> None:
    rng = np.random.default_rng(3)
    names = sorted({name for parts in RATIOS.values() for side in parts for name in side})
    amounts = {name: rng.integers(0, 4, (3, 5)).astype(float) for name in names[1:]}
    for amount in amounts.values():
        amount[rng.random(amount.shape) < 0.2] = np.nan
    together = ratio_series(amounts)
    for row in range(3):
        alone = ratio_series({name: amount[row] for name, amount in amounts.items()})
        for name in RATIOS:
            np.testing.assert_array_equal(together[name][row], alone[name])
