"""What a unit really cost, and what known prices do to it."""

import numpy as np
import pytest

from models.unit_cost import PAID_DAYS, paid_share, price_index, sums_per_series

_ONE = np.array([0])


def test_the_paid_share_is_of_the_last_days_of_use() -> None:
    listed = np.array([[10.0] * 20 + [0.0] * 10 + [10.0] * 3])
    cost = listed * np.where(np.arange(33) < 26, 0.9, 0.5)
    cost[0, -1] = np.nan  # not observed: no day of use
    wanted = (2 * 0.5 + (PAID_DAYS - 2) * 0.9) / PAID_DAYS
    assert paid_share(cost, listed)[0] == pytest.approx(wanted)


def test_without_use_in_four_weeks_nothing_is_known() -> None:
    listed = np.array([[10.0] * 20 + [0.0] * 28])
    assert np.isnan(paid_share(listed, listed)).all()


def test_the_index_weighs_changes_by_the_mix() -> None:
    quantity = np.array([[3.0] * 30, [1.0] * 30])
    today = np.array([1.0, 5.0])  # 3 and 5 of 8
    ahead = np.array([[1.0, 2.0, 0.0], [5.0, 5.0, 0.0]])
    index = price_index(quantity, today, ahead, np.array([0, 0]), 2)
    assert np.allclose(index[0], [1.0, 11 / 8, 0.0])
    assert (index[1] == 1.0).all()  # no use: nothing is known to change


def test_equal_prices_leave_exactly_one() -> None:
    rng = np.random.default_rng(1)
    today = rng.lognormal(size=5)
    index = price_index(
        rng.lognormal(size=(5, 40)), today, np.repeat(today[:, None], 9, 1), np.zeros(5, int), 1
    )
    assert (index == 1.0).all()


def test_a_gap_counts_as_nothing_in_sums() -> None:
    values = np.array([[1.0, np.nan], [2.0, 3.0]])
    assert sums_per_series(values, np.array([1, 1]), 2).tolist() == [[0.0, 0.0], [3.0, 3.0]]
    assert np.isfinite(price_index(values, np.ones(2), np.ones((2, 3)), np.array([0, 0]), 1)).all()
