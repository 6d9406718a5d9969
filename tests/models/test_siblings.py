import numpy as np
import pytest

from ledger.series import UNALLOCATED, SeriesKey
from models.siblings import learned_from_siblings, shared_dimensions

KEYS = (
    SeriesKey.of(team="ads", model="small"),
    SeriesKey.of(team="ads", model="large"),
    SeriesKey.of(team="search", model="small"),
    SeriesKey.of(team="search", model="(none)"),
    SeriesKey.of(team=UNALLOCATED, model="large"),
    SeriesKey.of(team=UNALLOCATED, model="(none)"),
)


def test_the_dimensions_in_common_are_counted_but_not_one_s_own() -> None:
    everyone = np.arange(6)
    shared = shared_dimensions(KEYS, everyone, everyone)
    for row, key in enumerate(KEYS):
        for column, other in enumerate(KEYS):
            common = [d for d in ("team", "model") if key[d] == other[d] != UNALLOCATED]
            assert shared[row, column] == (0 if row == column else len(common))


def test_what_nobody_is_given_has_nothing_in_common() -> None:
    unallocated = shared_dimensions(KEYS, np.array([4]), np.array([5]))
    assert unallocated.tolist() == [[0]]


def test_closer_siblings_count_more_and_the_panel_counts_as_one() -> None:
    facts = np.array([[0.0], [3.0], [9.0]])
    shared = np.array([[2, 1, 0], [0, 0, 0]])
    learned = learned_from_siblings(facts, shared)
    assert learned[0, 0] == pytest.approx((2 * 0 + 1 * 3 + 4.0) / 4)
    assert learned[1, 0] == pytest.approx(4.0)


def test_without_others_nothing_is_learned() -> None:
    learned = learned_from_siblings(np.empty((0, 2)), np.empty((3, 0), dtype=np.int64))
    assert learned.shape == (3, 2)
    assert np.isnan(learned).all()
