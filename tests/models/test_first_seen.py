"""First spend: new series are told once, when they have become a sum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.first_seen import SETTLED_DAYS, FirstSeen, first_seen


def test_what_was_there_when_the_ledger_began_is_not_new() -> None:
    value = np.full((3, 40), 9.0)
    value[1, : SETTLED_DAYS - 1] = 0.0
    value[2, :SETTLED_DAYS] = 0.0
    (event,) = first_seen(value, floor_amount=5.0)
    assert event == FirstSeen(row=2, first=SETTLED_DAYS, told=SETTLED_DAYS, amount=9.0)


def test_days_that_nobody_delivered_do_not_settle_a_ledger() -> None:
    value = np.full((2, 40), np.nan)
    value[0, 20:] = 9.0
    value[1, 30:] = 9.0
    assert first_seen(value, floor_amount=5.0) == ()
    value[0, 10:] = 9.0
    assert [event.row for event in first_seen(value, floor_amount=5.0)] == [1]


def test_a_missing_start_is_as_new_as_an_idle_one() -> None:
    value = np.full((2, 60), 5.0)
    value[1, :30] = np.nan
    assert [(event.row, event.first) for event in first_seen(value, floor_amount=1.0)] == [(1, 30)]


def test_small_spend_is_told_when_it_has_become_a_sum() -> None:
    value = np.zeros((1, 100))
    value[0, 30:] = 1.5
    value[0, 31] = 0.0
    (event,) = first_seen(value, floor_amount=6.0)
    assert (event.first, event.told, event.amount) == (30, 34, 6.0)
    assert first_seen(value, floor_amount=1e6) == ()


def test_a_refund_alone_is_no_spend() -> None:
    value = np.zeros((1, 40))
    value[0, 30] = -50.0
    assert first_seen(value, floor_amount=0.0) == ()


@given(st.integers(0, 2**32 - 1), st.integers(1, 79))
def test_a_longer_history_changes_nothing_that_was_told(seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    value = np.where(np.arange(80) >= rng.integers(0, 80, (6, 1)), rng.exponential(4, (6, 80)), 0.0)
    value[rng.random(value.shape) < 0.1] = np.nan
    full = first_seen(value, floor_amount=10.0)
    assert first_seen(value[:, :cut], floor_amount=10.0) == tuple(
        event for event in full if event.told < cut
    )


@pytest.mark.parametrize("shape", [(0, 5), (3, 0)])
def test_nothing_in_nothing_out(shape: tuple[int, int]) -> None:
    assert first_seen(np.empty(shape), floor_amount=1.0) == ()
